package dev.mallard.cli.consume;

import java.util.OptionalDouble;

/** What a stage of the pipeline did with its time. Its own thread writes, any may read. */
final class StageMeter {
  /** Less than this is too little to tell a rate from. */
  private static final long MEASURABLE_NANOS = 1_000_000;

  private final String name;
  private final boolean works;
  private long items;
  private long bytes;
  private long busyNanos;
  private long inputNanos;
  private long outputNanos;

  /**
   * @param works whether it computes; a stage that only passes on what arrives is never busy
   */
  StageMeter(String name, boolean works) {
    this.name = name;
    this.works = works;
  }

  String name() {
    return name;
  }

  synchronized void worked(long nanos, long moreBytes) {
    items++;
    bytes += moreBytes;
    busyNanos += nanos;
  }

  synchronized void passed(long moreBytes) {
    items++;
    bytes += moreBytes;
  }

  synchronized void waitedForInput(long nanos) {
    inputNanos += nanos;
  }

  synchronized void waitedForRoom(long nanos) {
    outputNanos += nanos;
  }

  synchronized long items() {
    return items;
  }

  synchronized long bytes() {
    return bytes;
  }

  /** Seconds of work; empty if it has none to do. */
  synchronized OptionalDouble busySeconds() {
    return works ? OptionalDouble.of(busyNanos / 1e9) : OptionalDouble.empty();
  }

  synchronized double inputSeconds() {
    return inputNanos / 1e9;
  }

  synchronized double outputSeconds() {
    return outputNanos / 1e9;
  }

  /**
   * Bytes a second: while it worked, or for a stage that only passes on, while it waited for either
   * side; empty if that was too short to measure.
   */
  synchronized OptionalDouble rate() {
    long nanos = works ? busyNanos : inputNanos + outputNanos;
    return nanos < MEASURABLE_NANOS
        ? OptionalDouble.empty()
        : OptionalDouble.of(bytes / (nanos / 1e9));
  }
}

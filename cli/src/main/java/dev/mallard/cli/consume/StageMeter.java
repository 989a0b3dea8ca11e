package dev.mallard.cli.consume;

/** What a stage of the pipeline did with its time. Its own thread writes, any may read. */
final class StageMeter {
  private final String name;
  private volatile long items;
  private volatile long bytes;
  private volatile long busyNanos;
  private volatile long inputNanos;
  private volatile long outputNanos;

  StageMeter(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  synchronized void worked(long nanos, long moreBytes) {
    items++;
    bytes += moreBytes;
    busyNanos += nanos;
  }

  synchronized void waitedForInput(long nanos) {
    inputNanos += nanos;
  }

  synchronized void waitedForRoom(long nanos) {
    outputNanos += nanos;
  }

  long items() {
    return items;
  }

  long bytes() {
    return bytes;
  }

  double busySeconds() {
    return busyNanos / 1e9;
  }

  double inputSeconds() {
    return inputNanos / 1e9;
  }

  double outputSeconds() {
    return outputNanos / 1e9;
  }
}

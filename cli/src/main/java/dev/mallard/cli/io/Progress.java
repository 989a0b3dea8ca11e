package dev.mallard.cli.io;

import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far a transfer is: on a terminal a line that is drawn over and over, with rate, bytes and
 * remaining time; otherwise a plain line now and then, so that a log shows that it is alive. The
 * last line of both says what was transferred.
 *
 * <p>One thread at a time.
 */
public final class Progress implements AutoCloseable {
  private static final long DRAW_NANOS = 100_000_000L;
  private static final long PLAIN_NANOS = 10_000_000_000L;
  private static final int BAR = 24;
  private static final int DEFAULT_COLUMNS = 80;

  private final Console console;
  private final String label;
  private final long expected;
  private final LongSupplier clock;
  private final long start;
  private final boolean drawn;
  private final boolean silent;
  private long last;
  private long bytes;
  private long rows;
  private boolean shown;

  /**
   * @param label what is transferred
   * @param expectedBytes of all of it, or −1 if unknown
   */
  public Progress(Console console, String label, long expectedBytes) {
    this(console, label, expectedBytes, System::nanoTime);
  }

  /**
   * Beside a result.
   *
   * @param later whether the result goes to a file, or is shown when it is whole; one that is
   *     written to a terminal as it comes is its own progress
   * @param expectedBytes of all of it, or −1 if unknown
   */
  public static Progress beside(Console console, String label, boolean later, long expectedBytes) {
    boolean seen = !later && console.terminal().out();
    return new Progress(console, label, expectedBytes, System::nanoTime, seen);
  }

  Progress(Console console, String label, long expectedBytes, LongSupplier clock) {
    this(console, label, expectedBytes, clock, false);
  }

  private Progress(
      Console console, String label, long expectedBytes, LongSupplier clock, boolean silent) {
    this.console = console;
    this.silent = silent;
    this.label = label;
    this.expected = expectedBytes;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.last = start;
    this.drawn = console.terminal().err();
  }

  public void add(long moreBytes, long moreRows) {
    bytes += moreBytes;
    rows += moreRows;
    long now = clock.getAsLong();
    if (!silent && now - last >= (drawn ? DRAW_NANOS : PLAIN_NANOS)) {
      last = now;
      show(now);
    }
  }

  public long bytes() {
    return bytes;
  }

  public long rows() {
    return rows;
  }

  private void show(long now) {
    String line = line(now);
    if (!drawn) {
      console.err().println(line);
      return;
    }
    int columns = console.terminal().columns() > 0 ? console.terminal().columns() : DEFAULT_COLUMNS;
    String cut = line.length() < columns ? line : line.substring(0, columns - 1);
    console.err().print("\r" + cut + "\u001b[K");
    console.err().flush();
    shown = true;
  }

  private String line(long now) {
    double seconds = Math.max(1e-9, (now - start) / 1e9);
    double rate = bytes / seconds;
    StringBuilder line = new StringBuilder(label).append("  ");
    boolean known = expected > 0 && bytes <= expected;
    if (known) {
      double part = bytes / (double) expected;
      int full = (int) Math.round(part * BAR);
      if (drawn) {
        line.append('[').append("#".repeat(full)).append("-".repeat(BAR - full)).append("]  ");
      }
      line.append(String.format(Locale.ROOT, "%3d %%  ", Math.round(part * 100)));
    }
    line.append(Sizes.bytes(bytes)).append("  ").append(Sizes.bytes(rate)).append("/s");
    if (known && rate > 0) {
      Duration left = Duration.ofMillis((long) ((expected - bytes) / rate * 1000));
      line.append("  ").append(clockTime(left)).append(" left");
    }
    return line.toString();
  }

  private static String clockTime(Duration time) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }

  /** Says in one line what was done, such as {@code sales: 1,000 rows, 16 kB in 0.1 s (…)}. */
  public void done(String said) {
    close();
    Duration time = Duration.ofNanos(clock.getAsLong() - start);
    double rate = bytes / Math.max(1e-9, time.toNanos() / 1e9);
    console
        .err()
        .println(
            said
                + ": "
                + Sizes.count(rows, "row")
                + ", "
                + Sizes.bytes(bytes)
                + " in "
                + Sizes.time(time)
                + " ("
                + Sizes.bytes(rate)
                + "/s)");
  }

  /** Clears the line, if one is drawn. */
  @Override
  public void close() {
    if (shown) {
      shown = false;
      console.err().print("\r\u001b[K");
      console.err().flush();
    }
  }
}

package dev.mallard.flight.call;

import io.grpc.Context;
import java.util.concurrent.atomic.AtomicLong;

/** What one call has moved, counted as it goes, for {@link CallEvents}. Thread-safe. */
public final class CallTally {
  /** Of calls that nobody listens to: counted, and never read. */
  private static final CallTally UNHEARD = new CallTally();

  static final Context.Key<CallTally> KEY = Context.keyWithDefault("mallard-tally", UNHEARD);

  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /** Of the call that is being served. */
  public static CallTally current() {
    return KEY.get();
  }

  /**
   * @param moreBytes negative if that is not known
   */
  public void add(long moreRows, long moreBytes) {
    if (this == UNHEARD) {
      return;
    }
    rows.addAndGet(moreRows);
    bytes.accumulateAndGet(moreBytes, (sum, more) -> sum < 0 || more < 0 ? -1 : sum + more);
  }

  public boolean isHeard() {
    return this != UNHEARD;
  }

  long rows() {
    return rows.get();
  }

  long bytes() {
    return bytes.get();
  }
}

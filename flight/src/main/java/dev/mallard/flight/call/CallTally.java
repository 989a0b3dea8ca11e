package dev.mallard.flight.call;

import dev.mallard.access.Caller;
import dev.mallard.events.Target;
import dev.mallard.events.Who;
import io.grpc.Context;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one call is, and has moved, told as it goes by whoever learns it, for {@link CallEvents}.
 * Thread-safe.
 */
public final class CallTally {
  /** Of calls that nobody listens to: told, and forgotten. */
  private static final CallTally UNHEARD = new CallTally("");

  static final Context.Key<CallTally> KEY = Context.keyWithDefault("mallard-tally", UNHEARD);

  private final String id;
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private volatile Who who = new Who.Unknown();
  private volatile Target target = Target.NONE;

  CallTally(String id) {
    this.id = id;
  }

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

  /** It is that caller's. */
  public void admitted(Caller caller) {
    tell(new Who.Admitted(caller));
  }

  /** It is turned away, though it came with this name. */
  public void claimed(String name) {
    tell(new Who.Claimed(name));
  }

  private void tell(Who whose) {
    if (this != UNHEARD) {
      who = whose;
    }
  }

  /** It is an action of that type, or a command that is called so. */
  public void action(String type) {
    tell(new Target(type, target.dataset(), target.statement()));
  }

  /** It is about that dataset, or table. */
  public void dataset(String name) {
    tell(new Target(target.action(), name, target.statement()));
  }

  /** It is about a statement. */
  public void statement(String sql) {
    tell(new Target(target.action(), target.dataset(), sql));
  }

  private void tell(Target about) {
    if (this != UNHEARD) {
      target = about;
    }
  }

  public boolean isHeard() {
    return this != UNHEARD;
  }

  String id() {
    return id;
  }

  long rows() {
    return rows.get();
  }

  long bytes() {
    return bytes.get();
  }

  Who who() {
    return who;
  }

  Target target() {
    return target;
  }
}

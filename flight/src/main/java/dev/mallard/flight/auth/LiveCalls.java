package dev.mallard.flight.auth;

import dev.mallard.access.Caller;
import dev.mallard.error.MallardException;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls under way that were let in: who calls what, and since when. Each can be ended from
 * here. Thread-safe; nothing here waits.
 */
public final class LiveCalls {
  private static final Logger LOG = LoggerFactory.getLogger(LiveCalls.class);

  private final CallerLimits limits;
  private final AtomicLong lastId = new AtomicLong();
  private final ConcurrentHashMap<Long, LiveCall<?, ?>> calls = new ConcurrentHashMap<>();

  /**
   * One of them.
   *
   * @param id of this server's calls that were let in, since it started
   * @param method full name: {@code arrow.flight.protocol.FlightService/DoGet}
   * @param peer the other end of the connection, with its port
   */
  public record Live(long id, Caller caller, String method, String peer, Instant began) {}

  /** Without limits. */
  public LiveCalls() {
    this(new CallerLimits(0, 0));
  }

  /**
   * @param limits that each of them keeps within
   */
  public LiveCalls(CallerLimits limits) {
    this.limits = limits;
  }

  /**
   * Has a call served for that caller, among the live ones until it ends.
   *
   * @throws MallardException RESOURCE_EXHAUSTED if the caller has too many already
   */
  <Q, R> ServerCall.Listener<Q> serve(
      Caller caller, ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Runnable leave = limits.enter(caller, call.getAttributes());
    LiveCall<Q, R> live = new LiveCall<>(this, lastId.incrementAndGet(), call, caller, leave);
    calls.put(live.id(), live);
    try {
      return live.heardBy(Contexts.interceptCall(live.context(), live, headers, next));
    } catch (RuntimeException e) {
      live.over();
      throw e;
    }
  }

  /** Again does nothing. */
  void remove(LiveCall<?, ?> call) {
    if (calls.remove(call.id(), call)) {
      call.leave().run();
    }
  }

  /** Those that go on, the oldest first: not those whose end is only to be told. */
  public List<Live> all() {
    return calls.values().stream()
        .filter(call -> !call.isEnded())
        .map(LiveCall::about)
        .sorted(Comparator.comparingLong(Live::id))
        .toList();
  }

  public int count() {
    return calls.size();
  }

  /**
   * Ends those of some callers.
   *
   * @param why is what their clients are told
   * @return how many there were
   */
  public int endWhere(Predicate<Caller> whose, MallardException why) {
    int ended = 0;
    for (LiveCall<?, ?> call : calls.values()) {
      try {
        ended += whose.test(call.caller()) && call.end(why) ? 1 : 0;
      } catch (RuntimeException e) {
        LOG.warn("a call could not be ended", e); // Which is no reason to leave the others.
      }
    }
    return ended;
  }

  /**
   * Ends one.
   *
   * @return whether there was one of that id
   */
  public boolean end(long id, MallardException why) {
    LiveCall<?, ?> call = calls.get(id);
    return call != null && call.end(why);
  }
}

package dev.mallard.flight.auth;

import dev.mallard.access.Caller;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import io.grpc.Attributes;
import io.grpc.ServerTransportFilter;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How many calls and connections each caller has, and may have. A connection is a caller's from its
 * first call over it until it is closed, so it may be several callers'. Names that are not proved
 * are not counted: on an open server everybody is anybody.
 *
 * <p>To be added to a gRPC server as a transport filter. Thread-safe; nothing here waits.
 */
public final class CallerLimits extends ServerTransportFilter {
  private static final Attributes.Key<Connection> CONNECTION =
      Attributes.Key.create("mallard-connection");

  private final int mostCalls;
  private final int mostConnections;

  /** Nobody uses nothing. */
  private final ConcurrentHashMap<String, Use> byName = new ConcurrentHashMap<>();

  /** What one caller uses now. */
  public record Use(int calls, int connections) {
    private static final Use NONE = new Use(0, 0);

    private @Nullable Use plus(int moreCalls, int moreConnections) {
      Use sum = new Use(calls + moreCalls, connections + moreConnections);
      return sum.equals(NONE) ? null : sum;
    }
  }

  /**
   * @param mostCalls of one caller at a time; 0 for any number
   * @param mostConnections as {@code mostCalls}
   */
  public CallerLimits(int mostCalls, int mostConnections) {
    this.mostCalls = mostCalls;
    this.mostConnections = mostConnections;
  }

  /** A connection, and whose it is. */
  private final class Connection {
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> names = new HashSet<>();
    private boolean ended;

    /** One that has ended takes nobody any more: its calls are about to end, too. */
    void join(String name) {
      lock.lock();
      try {
        if (!ended && !names.contains(name)) {
          addConnection(name);
          names.add(name);
        }
      } finally {
        lock.unlock();
      }
    }

    void end() {
      lock.lock();
      try {
        ended = true;
        names.forEach(name -> change(name, 0, -1));
        names.clear();
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public Attributes transportReady(Attributes transport) {
    return transport.toBuilder().set(CONNECTION, new Connection()).build();
  }

  @Override
  public void transportTerminated(Attributes transport) {
    Connection connection = transport == null ? null : transport.get(CONNECTION);
    if (connection != null) {
      connection.end();
    }
  }

  /**
   * A call begins.
   *
   * @param transport attributes of its connection
   * @return to be run once, when the call has ended
   * @throws MallardException RESOURCE_EXHAUSTED
   */
  Runnable enter(Caller caller, Attributes transport) {
    if (!caller.isProved()) {
      return () -> {};
    }
    String name = caller.name();
    Connection connection = transport.get(CONNECTION);
    if (connection != null) {
      connection.join(name);
    }
    byName.compute(
        name,
        (same, use) -> {
          Use now = use == null ? Use.NONE : use;
          if (mostCalls > 0 && now.calls() >= mostCalls) {
            throw new MallardException(
                ErrorCode.RESOURCE_EXHAUSTED,
                "%d calls of '%s' are under way already; let one end, or cancel it (--max-streams-per-caller)"
                    .formatted(mostCalls, name));
          }
          return now.plus(1, 0);
        });
    return () -> change(name, -1, 0);
  }

  private void addConnection(String name) {
    byName.compute(
        name,
        (same, use) -> {
          Use now = use == null ? Use.NONE : use;
          if (mostConnections > 0 && now.connections() >= mostConnections) {
            throw new MallardException(
                ErrorCode.RESOURCE_EXHAUSTED,
                "'%s' has %d connections already; close one, or call over one of them (--max-connections-per-caller)"
                    .formatted(name, mostConnections));
          }
          return now.plus(0, 1);
        });
  }

  private void change(String name, int calls, int connections) {
    byName.computeIfPresent(name, (same, use) -> use.plus(calls, connections));
  }

  /** What each uses now, by name. */
  public Map<String, Use> uses() {
    return byName.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}

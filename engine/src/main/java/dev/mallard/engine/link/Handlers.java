package dev.mallard.engine.link;

import java.util.HashMap;
import java.util.Map;

/**
 * What is done about each kind of thing that may be said.
 *
 * @param <S> the sealed type of it
 * @param <R> what comes of it
 */
public final class Handlers<S extends Said, R> {
  /** What is done about one kind. */
  public interface Handler<T, R> {
    R handle(T said, Received received) throws Exception;
  }

  private final Class<S> all;
  private final Map<Class<?>, Handler<S, R>> handlers = new HashMap<>();

  public Handlers(Class<S> all) {
    this.all = all;
  }

  public <T extends S> Handlers<S, R> on(Class<T> kind, Handler<T, R> handler) {
    handlers.put(kind, (said, received) -> handler.handle(kind.cast(said), received));
    return this;
  }

  /** Once all are there. */
  public Handlers<S, R> complete() {
    for (Class<?> kind : all.getPermittedSubclasses()) {
      if (!handlers.containsKey(kind)) {
        throw new IllegalStateException("nobody handles " + kind.getSimpleName());
      }
    }
    return this;
  }

  /**
   * @throws IllegalArgumentException if this is none of what may be said
   * @throws Exception what the handler throws
   */
  public R handle(Received received) throws Exception {
    Handler<S, R> handler = handlers.get(received.said().getClass());
    if (handler == null) {
      throw new IllegalArgumentException(
          received.said().getClass().getSimpleName() + " is not expected here");
    }
    return handler.handle(all.cast(received.said()), received);
  }
}

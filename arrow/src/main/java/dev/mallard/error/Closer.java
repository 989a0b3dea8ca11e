package dev.mallard.error;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is to be given back: each thing is registered the moment it is acquired, and closed last
 * first, once, whatever the others do. The first failure is thrown when all are closed, the others
 * are its suppressed ones.
 *
 * <p>For things that are acquired one after the other and then handed on together:
 *
 * <pre>{@code
 * try (Closer onFailure = new Closer()) {
 *   Connection connection = onFailure.add(connect());
 *   connection.begin();
 *   onFailure.release();
 *   return connection;
 * }
 * }</pre>
 *
 * <p>An object that lives longer keeps its closer and closes it in its own {@code close()}. Not
 * thread-safe.
 */
public final class Closer implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>(4);

  /** Registers a thing, or a step that undoes one, and returns it. */
  public <T extends AutoCloseable> T add(T resource) {
    open.push(resource);
    return resource;
  }

  /** Registers a thing that is not closed by {@code close()}. */
  public <T> T add(T resource, Consumer<? super T> close) {
    open.push(() -> close.accept(resource));
    return resource;
  }

  /** All went well: what was registered stays open, and is somebody else's to close. */
  public void release() {
    open.clear();
  }

  /**
   * Closes what is registered. A checked exception comes as an unchecked one with it as the cause:
   * an {@link UncheckedIOException} for an {@link IOException}, else an {@link
   * IllegalStateException}. Whoever is interrupted here stays so.
   */
  @Override
  public void close() {
    Throwable failure = null;
    while (!open.isEmpty()) {
      failure = close(open.pop(), failure);
    }
    if (failure != null) {
      throw unchecked(failure);
    }
  }

  /**
   * Closes one thing because of a failure that the caller goes on to throw, at no cost when there
   * is none. For the data's way, where even a closer would be one object a message too many:
   *
   * <pre>{@code
   * } catch (Throwable e) {
   *   Closer.closeAfter(e, buffer);
   *   throw e;
   * }
   * }</pre>
   */
  public static void closeAfter(Throwable failure, AutoCloseable resource) {
    close(resource, failure);
  }

  /** The failure to go on with. */
  private static @Nullable Throwable close(AutoCloseable resource, @Nullable Throwable failure) {
    try {
      resource.close();
      return failure;
      // An Error too: the others are still to be closed.
    } catch (Throwable e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      if (failure == null) {
        return e;
      }
      if (failure != e) {
        failure.addSuppressed(e);
      }
      return failure;
    }
  }

  private static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException unchecked) {
      return unchecked;
    }
    return failure instanceof IOException io
        ? new UncheckedIOException(io)
        : new IllegalStateException("could not be closed: " + failure.getMessage(), failure);
  }
}

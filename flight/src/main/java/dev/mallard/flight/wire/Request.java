package dev.mallard.flight.wire;

import dev.mallard.error.MallardException;
import org.jspecify.annotations.Nullable;

/**
 * A small request as a client sent it, or why it could not be read: gRPC itself answers what its
 * marshallers throw with UNKNOWN and a stack trace in the log.
 *
 * @param message null if and only if there is a failure
 */
public record Request<T>(@Nullable T message, @Nullable MallardException failure) {
  /**
   * @throws MallardException INVALID_ARGUMENT or RESOURCE_EXHAUSTED if there is none
   */
  public T require() {
    if (message == null) {
      throw java.util.Objects.requireNonNull(failure);
    }
    return message;
  }
}

package dev.mallard.flight.call;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.EOFException;
import java.io.IOException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where errors become gRPC statuses, and where it is decided what of them is logged:
 * a fault of ours with its stack trace and an id that the client sees too, a lack of resources in
 * one line, a user's mistake not at all.
 */
public final class StatusMapper {
  private static final Logger LOG = LoggerFactory.getLogger(StatusMapper.class);

  /** Of lacks of resources; whoever floods the server causes them, too. */
  private static final LogLimit LACKS = new LogLimit(Clock.systemUTC(), 20);

  /** HTTP/2 headers are small: a message that is cut beats a connection that is reset. */
  private static final int MAX_MESSAGE = 4_000;

  private StatusMapper() {}

  public static StatusRuntimeException toStatus(Throwable error) {
    if (error instanceof StatusRuntimeException status) {
      return status;
    }
    if (error instanceof MallardException known) {
      return known(known);
    }
    if (error instanceof EOFException) {
      LOG.warn("a file was cut short while it was read");
      return Status.DATA_LOSS
          .withDescription("a file was cut short while it was read; put the dataset again")
          .asRuntimeException();
    }
    if (error instanceof IOException) {
      return unexpected("the server's storage failed", error);
    }
    if (error instanceof org.apache.arrow.memory.OutOfMemoryException) {
      LOG.warn("out of Arrow memory: {}", error.getMessage());
      return Status.RESOURCE_EXHAUSTED
          .withDescription(
              "the server's memory for data is used up; send smaller batches, or try again later")
          .asRuntimeException();
    }
    return unexpected("internal error", error);
  }

  private static StatusRuntimeException known(MallardException error) {
    String message = String.valueOf(error.getMessage());
    switch (error.code().kind()) {
      case USER -> LOG.debug("{}: {}", error.code(), message);
      case RESOURCES -> {
        long leftOut = LACKS.next();
        if (leftOut != LogLimit.LEFT_OUT) {
          Throwable cause = error.getCause();
          LOG.warn(
              "{}: {}{}{}",
              error.code(),
              message,
              cause == null ? "" : " (" + cause + ")",
              leftOut == 0 ? "" : "; and " + leftOut + " more before");
        }
      }
      case FAULT -> {
        return unexpected(message, error);
      }
    }
    return code(error.code()).withDescription(cut(message)).asRuntimeException();
  }

  /** {@link #told} writes it into the log, once the call's id is known. */
  private static StatusRuntimeException unexpected(String message, Throwable error) {
    return Status.INTERNAL.withDescription(cut(message)).withCause(error).asRuntimeException();
  }

  /** What the client of the call with that id is told, of what came of it. */
  static Status told(Status status, String id) {
    String message = status.getDescription() == null ? "" : status.getDescription();
    return switch (status.getCode()) {
      case INTERNAL -> {
        if (status.getCause() != null) {
          LOG.error("call {}", id, status.getCause());
        }
        yield status.withDescription(message + "; the server's log has it under " + id);
      }
      case UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED ->
          status.withDescription(message + " (call " + id + ")");
      default -> status;
    };
  }

  private static String cut(String message) {
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…";
  }

  private static Status code(ErrorCode code) {
    return switch (code) {
      case INVALID_ARGUMENT -> Status.INVALID_ARGUMENT;
      case NOT_FOUND -> Status.NOT_FOUND;
      case ALREADY_EXISTS -> Status.ALREADY_EXISTS;
      case FAILED_PRECONDITION -> Status.FAILED_PRECONDITION;
      case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
      case PERMISSION_DENIED -> Status.PERMISSION_DENIED;
      case UNIMPLEMENTED -> Status.UNIMPLEMENTED;
      case CANCELLED -> Status.CANCELLED;
      case DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
      case RESOURCE_EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
      case UNAVAILABLE -> Status.UNAVAILABLE;
      case DATA_LOSS -> Status.DATA_LOSS;
      case INTERNAL -> Status.INTERNAL;
    };
  }
}

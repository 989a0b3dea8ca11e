package dev.mallard.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.grpc.StatusUtils;

/** Errors of calls in FlightClient's own form; the one place here that makes statuses. */
final class Errors {
  private Errors() {}

  static FlightRuntimeException toFlight(Throwable error) {
    // gRPC says only that a message could not be read; the marshaller has said why.
    if (error.getCause() instanceof StatusRuntimeException refused) {
      return StatusUtils.fromGrpcRuntimeException(refused);
    }
    if (error instanceof StatusRuntimeException status) {
      return StatusUtils.fromGrpcRuntimeException(status);
    }
    return StatusUtils.fromGrpcRuntimeException(Status.fromThrowable(error).asRuntimeException());
  }

  /** The call was ended from here, or by a server that should not have. */
  static FlightRuntimeException cancelled(String message) {
    return toFlight(Status.CANCELLED.withDescription(message).asRuntimeException());
  }

  /** The server does not keep to the protocol. */
  static FlightRuntimeException protocol(String message) {
    return toFlight(Status.INTERNAL.withDescription(message).asRuntimeException());
  }

  /** As {@link #protocol}, in the form that gRPC passes on from its marshallers. */
  static StatusRuntimeException marshalling(String message, Throwable cause) {
    return Status.INTERNAL.withDescription(message).withCause(cause).asRuntimeException();
  }
}

package dev.mallard.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.grpc.StatusUtils;

/** Errors of calls in FlightClient's own form. */
final class Errors {
  private Errors() {}

  static FlightRuntimeException toFlight(Throwable error) {
    if (error instanceof StatusRuntimeException status) {
      return StatusUtils.fromGrpcRuntimeException(status);
    }
    return StatusUtils.fromGrpcRuntimeException(Status.fromThrowable(error).asRuntimeException());
  }
}

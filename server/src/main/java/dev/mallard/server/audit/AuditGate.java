package dev.mallard.server.audit;

import dev.mallard.error.MallardException;
import dev.mallard.flight.call.StatusMapper;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;

/** Refuses calls that could not be written down, before anything is done for them. */
public final class AuditGate implements ServerInterceptor {
  private final Optional<AuditTrail> trail;

  public AuditGate(Optional<AuditTrail> trail) {
    this.trail = trail;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Optional<MallardException> refusal = trail.flatMap(AuditTrail::refusal);
    if (refusal.isEmpty()) {
      return next.startCall(call, headers);
    }
    call.close(StatusMapper.toStatus(refusal.get()).getStatus(), new Metadata());
    return new ServerCall.Listener<>() {};
  }
}

package dev.mallard.flight.auth;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/** A call whose answer has the caller's token in its headers, even if it has no message. */
final class TokenReply<Q, R> extends SimpleForwardingServerCall<Q, R> {
  private final String token;
  private boolean sent;

  TokenReply(ServerCall<Q, R> call, String token) {
    super(call);
    this.token = token;
  }

  @Override
  public void sendHeaders(Metadata headers) {
    sent = true;
    headers.put(CredentialHeaders.AUTHORIZATION, "Bearer " + token);
    super.sendHeaders(headers);
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (!sent && status.isOk()) {
      sendHeaders(new Metadata());
    }
    super.close(status, trailers);
  }
}

package dev.mallard.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** Signs every call of a connection, and has those repeated that can be. Thread-safe. */
final class SignInInterceptor implements ClientInterceptor {
  private final SignIn signIn;

  SignInInterceptor(SignIn signIn) {
    this.signIn = signIn;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    if (method.getType().clientSendsOneMessage()) {
      return new RepeatableCall<>(
          signIn,
          next,
          method.getFullMethodName(),
          signature -> next.newCall(method, options.withCallCredentials(signature)));
    }
    SignIn.Signature signature = signIn.signature(next);
    return new SimpleForwardingClientCall<>(
        next.newCall(method, options.withCallCredentials(signature))) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(new Watch<>(listener, signature), headers);
      }
    };
  }

  /** Tells the signature what the server makes of it. */
  static class Watch<R> extends SimpleForwardingClientCallListener<R> {
    private final SignIn.Signature signature;

    Watch(ClientCall.Listener<R> listener, SignIn.Signature signature) {
      super(listener);
      this.signature = signature;
    }

    @Override
    public void onHeaders(Metadata headers) {
      signature.answered(headers);
      super.onHeaders(headers);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      signature.answered(trailers);
      if (status.getCode() == Status.Code.UNAUTHENTICATED) {
        signature.refused();
      }
      super.onClose(status, trailers);
    }
  }
}

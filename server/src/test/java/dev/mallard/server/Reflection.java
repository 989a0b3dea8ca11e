package dev.mallard.server;

import dev.mallard.testing.Await;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks a server for the services that it has, as grpcurl does. */
final class Reflection {
  private Reflection() {}

  /**
   * @param version v1, or v1alpha, whose messages are the same
   */
  static List<String> services(Channel channel, String version) {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> method =
        ServerReflectionGrpc.getServerReflectionInfoMethod().toBuilder()
            .setFullMethodName(
                "grpc.reflection." + version + ".ServerReflection/ServerReflectionInfo")
            .build();
    StreamObserver<ServerReflectionRequest> call =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(method, CallOptions.DEFAULT), new First<>(answer));
    call.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    call.onCompleted();
    return answer
        .orTimeout(Await.USUAL.toSeconds(), TimeUnit.SECONDS)
        .join()
        .getListServicesResponse()
        .getServiceList()
        .stream()
        .map(ServiceResponse::getName)
        .toList();
  }

  private record First<T>(CompletableFuture<T> answer) implements StreamObserver<T> {
    @Override
    public void onNext(T value) {
      answer.complete(value);
    }

    @Override
    public void onError(Throwable error) {
      answer.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {}
  }
}

package dev.mallard.client;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** A server of DoGet and DoPut that sends the bytes that a test wants, right or wrong. */
final class ScriptedServer implements AutoCloseable {
  private static final String SERVICE = "arrow.flight.protocol.FlightService";

  private final Server server;

  private ScriptedServer(ServerServiceDefinition service) throws IOException {
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(service)
            .build()
            .start();
  }

  static ScriptedServer get(Consumer<ServerCallStreamObserver<byte[]>> answer) throws IOException {
    return new ScriptedServer(
        ServerServiceDefinition.builder(SERVICE)
            .addMethod(
                method("DoGet", MethodDescriptor.MethodType.SERVER_STREAMING),
                ServerCalls.asyncServerStreamingCall(
                    (request, observer) ->
                        answer.accept((ServerCallStreamObserver<byte[]>) observer)))
            .build());
  }

  static ScriptedServer put(Function<StreamObserver<byte[]>, StreamObserver<byte[]>> answer)
      throws IOException {
    return new ScriptedServer(
        ServerServiceDefinition.builder(SERVICE)
            .addMethod(
                method("DoPut", MethodDescriptor.MethodType.BIDI_STREAMING),
                ServerCalls.asyncBidiStreamingCall(answer::apply))
            .build());
  }

  private static MethodDescriptor<byte[], byte[]> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setType(type)
        .build();
  }

  ServerAddress address() {
    return ServerAddress.plain("127.0.0.1", server.getPort());
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

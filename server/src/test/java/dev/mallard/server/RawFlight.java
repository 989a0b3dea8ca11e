package dev.mallard.server;

import dev.mallard.testing.Await;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.impl.FlightServiceGrpc;

/** Flight calls in bytes: for messages that no decent client would send, or takes as they come. */
final class RawFlight implements AutoCloseable {
  private static final int MAX_MESSAGE = 1 << 30;

  private final ManagedChannel channel;

  RawFlight(int port) {
    this.channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .maxInboundMessageSize(MAX_MESSAGE)
            .build();
  }

  ManagedChannel channel() {
    return channel;
  }

  Call doPut() {
    return start("DoPut", MethodType.BIDI_STREAMING, CallOptions.DEFAULT, Map.of());
  }

  Call doPut(CallOptions options, Map<String, String> headers) {
    return start("DoPut", MethodType.BIDI_STREAMING, options, headers);
  }

  /** Puts all frames, ends, and waits for the outcome. */
  Outcome put(List<byte[]> frames) {
    Call call = doPut();
    call.request(1_000_000);
    frames.forEach(call::send);
    call.end();
    return call.outcome();
  }

  /** A read that gets nothing until it asks. */
  Call doGet(byte[] ticketMessage, Map<String, String> headers) {
    Call call = start("DoGet", MethodType.SERVER_STREAMING, CallOptions.DEFAULT, headers);
    call.send(ticketMessage);
    call.end();
    return call;
  }

  /** One request, all answers. */
  Outcome ask(String method, byte[] request) {
    Call call = start(method, MethodType.SERVER_STREAMING, CallOptions.DEFAULT, Map.of());
    call.request(1_000_000);
    call.send(request);
    call.end();
    return call.outcome();
  }

  Call start(String method, MethodType type, CallOptions options, Map<String, String> headers) {
    Metadata metadata = new Metadata();
    headers.forEach(
        (name, value) ->
            metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
    return start(method, type, options, metadata);
  }

  /**
   * @param method of Flight, or any other's full name
   */
  Call start(String method, MethodType type, CallOptions options, Metadata headers) {
    String fullName = method.contains("/") ? method : FlightServiceGrpc.SERVICE_NAME + "/" + method;
    MethodDescriptor<byte[], byte[]> descriptor =
        MethodDescriptor.newBuilder(Bytes.INSTANCE, Bytes.INSTANCE)
            .setType(type)
            .setFullMethodName(fullName)
            .build();
    return new Call(channel.newCall(descriptor, options), headers);
  }

  @Override
  public void close() throws InterruptedException {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
  }

  /** How a call ended, and what came before that. */
  record Outcome(Status status, List<byte[]> messages) {
    Status.Code code() {
      return status.getCode();
    }

    String description() {
      return String.valueOf(status.getDescription());
    }
  }

  /** One call. */
  static final class Call extends ClientCall.Listener<byte[]> {
    private final ClientCall<byte[], byte[]> call;
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<Status> ended = new LinkedBlockingQueue<>();
    private volatile Metadata replyHeaders = new Metadata();
    private volatile Metadata trailers = new Metadata();

    Call(ClientCall<byte[], byte[]> call, Metadata headers) {
      this.call = call;
      call.start(this, headers);
    }

    void request(int messages) {
      call.request(messages);
    }

    void send(byte[] message) {
      call.sendMessage(message);
    }

    /** The messages from now on, with the compressor of the call's options. */
    void compress() {
      call.setMessageCompression(true);
    }

    boolean isReady() {
      return call.isReady();
    }

    void end() {
      call.halfClose();
    }

    void cancel() {
      call.cancel("the test wants it", null);
    }

    @Override
    public void onHeaders(Metadata headers) {
      replyHeaders = headers;
    }

    @Override
    public void onMessage(byte[] message) {
      received.add(message);
    }

    @Override
    public void onClose(Status status, Metadata last) {
      trailers = last;
      ended.add(status);
    }

    /** A header of the answer, which has come; null if it is not there. */
    String replyHeader(String name) {
      return replyHeaders.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
    }

    /** Headers and trailers of the answer, as they have come. */
    String metadata() {
      return replyHeaders + " " + trailers;
    }

    int received() {
      return received.size();
    }

    boolean isEnded() {
      return !ended.isEmpty();
    }

    /** The next message, which must come soon. */
    byte[] next() {
      return take(received, "a message", Await.USUAL);
    }

    Outcome outcome() {
      return outcome(Await.USUAL);
    }

    Outcome outcome(Duration most) {
      Status status = take(ended, "the end of the call", most);
      ended.add(status);
      List<byte[]> messages = new ArrayList<>();
      received.drainTo(messages);
      return new Outcome(status, messages);
    }

    private static <T> T take(BlockingQueue<T> queue, String what, Duration most) {
      try {
        T taken = queue.poll(most.toMillis(), TimeUnit.MILLISECONDS);
        if (taken == null) {
          throw new AssertionError(what + " did not come within " + most.toMillis() + " ms");
        }
        return taken;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try (stream) {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

package dev.mallard.client;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Flight server of one user, ada with the password {@code qu:ack}, that does nothing but let in
 * or refuse: every call that comes in ends well and empty.
 */
final class SignInServer extends HandlerRegistry implements AutoCloseable {
  static final Credentials.Password ADA = new Credentials.Password("ada", "qu:ack");
  static final String REFUSAL = "name and password are not good";

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> WWW_AUTHENTICATE =
      Metadata.Key.of("www-authenticate", Metadata.ASCII_STRING_MARSHALLER);
  private static final String BASIC =
      "Basic " + Base64.getEncoder().encodeToString("ada:qu:ack".getBytes(StandardCharsets.UTF_8));

  /** Each call: its method, and how it was signed. */
  final List<String> calls = new CopyOnWriteArrayList<>();

  /** Those that came in. */
  final List<String> done = new CopyOnWriteArrayList<>();

  final Set<String> tokens = ConcurrentHashMap.newKeySet();

  /** What a Handshake answers; OK gives a token. */
  volatile Status handshake = Status.OK;

  volatile boolean knowsHandshakes = true;
  volatile boolean givesTokensToCalls;
  volatile boolean marksRefusals = true;
  volatile CountDownLatch gate = new CountDownLatch(0);

  private final AtomicInteger number = new AtomicInteger();
  private final Server server;

  SignInServer() throws IOException {
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .fallbackHandlerRegistry(this)
            .build()
            .start();
  }

  ServerAddress address() {
    return ServerAddress.plain("127.0.0.1", server.getPort());
  }

  long handshakes() {
    return calls.stream().filter(call -> call.startsWith("Handshake")).count();
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setFullMethodName(name)
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .build();
    String bare = name.substring(name.indexOf('/') + 1);
    return ServerMethodDefinition.create(method, (call, headers) -> answer(bare, call, headers));
  }

  private ServerCall.Listener<byte[]> answer(
      String method, ServerCall<byte[], byte[]> call, Metadata headers) {
    String shown = headers.get(AUTHORIZATION);
    calls.add(method + " " + (shown == null ? "nothing" : shown.split(" ")[0]));
    boolean handshaking = method.equals("Handshake");
    if (handshaking && !knowsHandshakes) {
      return refuse(call, Status.UNIMPLEMENTED);
    }
    boolean byPassword = BASIC.equals(shown);
    boolean byToken =
        shown != null && shown.startsWith("Bearer ") && tokens.contains(shown.substring(7));
    if (handshaking ? !byPassword : !byPassword && !byToken) {
      return refuse(call, Status.UNAUTHENTICATED.withDescription(REFUSAL));
    }
    if (handshaking) {
      await(gate);
      if (!handshake.isOk()) {
        return refuse(call, handshake);
      }
    }
    return new ServerCall.Listener<>() {
      {
        call.request(1_000);
      }

      @Override
      public void onHalfClose() {
        Metadata reply = new Metadata();
        if (handshaking || givesTokensToCalls) {
          String token = "token-" + number.incrementAndGet();
          tokens.add(token);
          reply.put(AUTHORIZATION, "Bearer " + token);
        }
        call.sendHeaders(reply);
        done.add(method);
        call.close(Status.OK, new Metadata());
      }
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ServerCall.Listener<byte[]> refuse(ServerCall<byte[], byte[]> call, Status status) {
    Metadata trailers = new Metadata();
    if (marksRefusals) {
      trailers.put(WWW_AUTHENTICATE, "Bearer");
    }
    call.close(status, trailers);
    return new ServerCall.Listener<>() {};
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      return new byte[0];
    }
  }

  @Override
  public void close() throws InterruptedException {
    gate.countDown();
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
  }
}

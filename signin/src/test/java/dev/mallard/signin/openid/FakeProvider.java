package dev.mallard.signin.openid;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An OpenID provider on this machine, as good or as bad as a test wants it. */
final class FakeProvider implements AutoCloseable {
  /** How an answer is given. */
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger keyReads = new AtomicInteger();
  private volatile Answer keys = text("{\"keys\":[]}");
  private volatile Answer discovery;

  FakeProvider() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    discovery = discovery(issuer(), issuer() + "/keys");
    server.createContext(
        "/keys",
        exchange -> {
          keyReads.incrementAndGet();
          answer(exchange, keys);
        });
    server.createContext(
        "/.well-known/openid-configuration", exchange -> answer(exchange, discovery));
    server.setExecutor(threads);
    server.start();
  }

  private static void answer(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      answer.to(exchange);
    }
  }

  String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  int keyReads() {
    return keyReads.get();
  }

  void publishes(String set) {
    keys = text(set);
  }

  void answersKeys(Answer answer) {
    keys = answer;
  }

  void answersDiscovery(Answer answer) {
    discovery = answer;
  }

  static Answer discovery(String issuer, String keys) {
    return text("{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(issuer, keys));
  }

  static Answer text(String text) {
    return status(200, text);
  }

  static Answer status(int status, String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    return exchange -> {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    };
  }

  static Answer redirect(String where) {
    return exchange -> {
      exchange.getResponseHeaders().add("Location", where);
      exchange.sendResponseHeaders(302, -1);
    };
  }

  /** Says nothing at all, until it is closed. */
  Answer silence() {
    return exchange -> awaitClose();
  }

  /** Begins, and does not go on. */
  Answer stalled() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write("{\"keys\"".getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      awaitClose();
    };
  }

  /** Goes on until nobody reads it. */
  static Answer endless() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      OutputStream body = exchange.getResponseBody();
      byte[] spaces = " ".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 16_000; i++) {
        body.write(spaces);
      }
    };
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}

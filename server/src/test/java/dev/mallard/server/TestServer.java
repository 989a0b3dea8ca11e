package dev.mallard.server;

import dev.mallard.access.SignIn;
import dev.mallard.error.Closer;
import dev.mallard.events.ServerEvents;
import dev.mallard.store.CommitHook;
import dev.mallard.store.DataFolder;
import dev.mallard.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The production server on a free port, with clients that somebody else wrote. Closing it fails if
 * the server or a client still holds memory, if a call still runs, or if a temporary file is left.
 */
final class TestServer implements AutoCloseable {
  private final Path folder;
  private final MallardServer server;
  private final BufferAllocator memory = new RootAllocator(1L << 30);
  private final Deque<AutoCloseable> clients = new ArrayDeque<>();
  private final FlightClient client;

  private TestServer(Path folder, MallardServer server) {
    this.folder = folder;
    this.server = server;
    this.client = newClient();
  }

  static TestServer start(Path folder) {
    return start(folder, TestConfig.of(folder));
  }

  static TestServer start(Path folder, TestConfig config) {
    return start(folder, config, CommitHook.NONE);
  }

  static TestServer start(Path folder, TestConfig config, CommitHook hook) {
    return new TestServer(folder, MallardServer.start(config.build(), hook, ServerEvents.NONE));
  }

  static TestServer start(Path folder, ServerEvents events) {
    return new TestServer(
        folder, MallardServer.start(TestConfig.of(folder).build(), CommitHook.NONE, events));
  }

  static TestServer start(Path folder, TestConfig config, ServerEvents events) {
    return new TestServer(folder, MallardServer.start(config.build(), CommitHook.NONE, events));
  }

  /** One that lets in whom the test wants. */
  static TestServer start(Path folder, TestConfig config, SignIn signIn) {
    return new TestServer(
        folder,
        MallardServer.start(
            config.build(), CommitHook.NONE, ServerEvents.NONE, (closer, authorities) -> signIn));
  }

  MallardServer server() {
    return server;
  }

  Path folder() {
    return folder;
  }

  /** The client's memory. */
  BufferAllocator memory() {
    return memory;
  }

  FlightClient client() {
    return client;
  }

  /** Another client on a connection of its own; closed with the server. */
  FlightClient newClient() {
    FlightClient made =
        FlightClient.builder(memory, Location.forGrpcInsecure("127.0.0.1", server.port())).build();
    clients.push(made);
    return made;
  }

  /** A client that sends and receives bytes; closed with the server. */
  RawFlight raw() {
    RawFlight raw = new RawFlight(server.port());
    clients.push(raw);
    return raw;
  }

  /** Temporary files of uploads. */
  List<Path> staging() {
    return files(folder.resolve(DataFolder.RESERVED).resolve("staging"));
  }

  static List<Path> files(Path below) {
    if (!Files.isDirectory(below)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.walk(below)) {
      return entries.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until nothing of any call is left in the server. */
  void awaitIdle() {
    Await.until("no call is under way", () -> server.runningCalls() == 0);
    Await.until("the server has given back all memory", () -> server.allocatedBytes() == 0);
    Await.until("nothing that came in is held", () -> server.receivedBytes() == 0);
    Await.until("no temporary file is left", () -> staging().isEmpty());
  }

  @Override
  public void close() throws Exception {
    // The memory throws if something is left in it.
    try (memory;
        Closer rest = new Closer()) {
      rest.add(server);
      clients.descendingIterator().forEachRemaining(rest::add);
      awaitIdle();
    }
  }
}

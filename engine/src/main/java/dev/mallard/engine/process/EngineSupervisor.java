package dev.mallard.engine.process;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Sees to it that there is a process of the engine, and only one that is used. Thread-safe. */
public final class EngineSupervisor implements AutoCloseable {
  private final EngineSettings settings;
  private final EngineActivation activation;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Child current;
  private boolean closed;
  private int started;

  public EngineSupervisor(EngineSettings settings, EngineActivation activation) {
    this.settings = settings;
    this.activation = activation;
  }

  /**
   * The process that is ready for statements; waits for one that starts.
   *
   * @throws MallardException UNAVAILABLE if there is none; what opening the database failed with
   */
  public EngineProcess require() {
    lock.lock();
    try {
      if (closed) {
        throw new MallardException(ErrorCode.UNAVAILABLE, "SQL: the server shuts down");
      }
      Child running = current;
      if (running == null || !running.isAlive()) {
        running = start();
        activation.activate(running);
        current = running;
      }
      return running;
    } catch (IOException e) {
      throw new MallardException(
          ErrorCode.UNAVAILABLE, "SQL: the engine could not be started; try again", e);
    } finally {
      lock.unlock();
    }
  }

  private Child start() throws IOException {
    Path socket = Files.createTempDirectory("mallard-").resolve("engine-" + started++);
    Files.createDirectories(settings.work());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.mallard.engine.child.EngineMain",
                socket.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    if (said.readLine() == null) {
      throw new IOException("the engine's process ended at its start");
    }
    return new Child(process, socket);
  }

  private static final class Child implements EngineProcess {
    private final Process process;
    private final Path socket;
    private final CompletableFuture<EngineEnd> asked = new CompletableFuture<>();

    Child(Process process, Path socket) {
      this.process = process;
      this.socket = socket;
    }

    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public SocketChannel connect() throws IOException {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    }

    @Override
    public boolean isAlive() {
      return process.isAlive();
    }

    @Override
    public CompletionStage<EngineEnd> end() {
      return process
          .onExit()
          .thenApply(
              gone ->
                  asked.getNow(
                      new EngineEnd(
                          EngineEnd.Cause.DIED,
                          "it ended with code " + gone.exitValue(),
                          Instant.now())));
    }

    @Override
    public void kill(EngineEnd.Cause cause, String why) {
      asked.complete(new EngineEnd(cause, why, Instant.now()));
      process.destroyForcibly();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (current != null) {
        current.kill(EngineEnd.Cause.CLOSED, "the server shuts down");
      }
    } finally {
      lock.unlock();
    }
  }
}

package dev.mallard.engine.process;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that was started, until its folder is gone, too. */
final class ChildProcess implements EngineProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);

  /** What the address of a Unix socket has room for, on every system. */
  private static final int LONGEST_SOCKET = 100;

  private final Process process;
  private final Path folder;
  private final Fence fence;
  private final Clock clock;
  private final AtomicReference<EngineEnd> asked = new AtomicReference<>();
  private final CompletableFuture<EngineEnd> end = new CompletableFuture<>();

  /**
   * @param folder deleted at its end
   */
  ChildProcess(Process process, Path folder, Fence fence, Clock clock) {
    this.process = process;
    this.folder = folder;
    this.fence = fence;
    this.clock = clock;
    // Not Process.onExit: what follows a death is to be done on a thread of our own.
    Thread waiter = new Thread(this::awaitEnd, "engine-" + process.pid() + "-end");
    waiter.setDaemon(true);
    waiter.start();
  }

  private void awaitEnd() {
    int code = waitFor();
    EngineEnd why = asked.get();
    if (why == null) {
      why = new EngineEnd(Deaths.cause(code), Deaths.explain(code, folder), clock.instant());
    }
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      LOG.warn("could not delete what the engine's process left in {}", folder, e);
    }
    end.complete(why);
  }

  private int waitFor() {
    while (true) {
      try {
        return process.waitFor();
      } catch (InterruptedException e) {
        // Nobody interrupts it to end it: it ends with the process.
      }
    }
  }

  @Override
  public long pid() {
    return process.pid();
  }

  /** What keeps it from the machine's files. */
  Fence fence() {
    return fence;
  }

  @Override
  public SocketChannel connect() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket()));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** By way of its working directory where its name would be too long. */
  private Path socket() {
    Path named = folder.resolve(EngineCommand.SOCKET);
    return named.toString().length() <= LONGEST_SOCKET
        ? named
        : Path.of("/proc", Long.toString(process.pid()), "cwd", EngineCommand.SOCKET);
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public CompletionStage<EngineEnd> end() {
    return end.minimalCompletionStage();
  }

  @Override
  public void kill(EngineEnd.Cause cause, String why) {
    asked.compareAndSet(null, new EngineEnd(cause, why, clock.instant()));
    process.destroyForcibly();
  }

  /** Lets it end in its own time, as it does when its server has gone. */
  void release() throws IOException {
    asked.compareAndSet(
        null, new EngineEnd(EngineEnd.Cause.CLOSED, "it was let go", clock.instant()));
    process.getOutputStream().close();
    end.join();
  }

  /** As {@link #kill}, and waits until it is gone. */
  EngineEnd killAndWait(EngineEnd.Cause cause, String why) {
    kill(cause, why);
    return end.join();
  }
}

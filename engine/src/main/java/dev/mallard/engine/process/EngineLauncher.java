package dev.mallard.engine.process;

import dev.mallard.engine.confine.Bootstrap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts processes, all of them on one thread that lives as long as this does: the kernel ends a
 * process when the <em>thread</em> that started it has ended. Thread-safe.
 */
final class EngineLauncher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EngineLauncher.class);

  /** Said by an engine that takes connections. */
  static final String READY = "listening";

  private static final long START_SECONDS = 60;

  private final EngineCommand command;
  private final Clock clock;
  private final AtomicInteger started = new AtomicInteger();
  private final ExecutorService parent =
      Executors.newSingleThreadExecutor(task -> daemon(task, "engine-parent"));

  /** Empties the folder of what an earlier server's processes left. */
  EngineLauncher(EngineCommand command, Clock clock) throws IOException {
    this.command = command;
    this.clock = clock;
    Files.createDirectories(command.settings().work());
    Folders.empty(command.settings().work());
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * A process that takes connections.
   *
   * @throws IOException if it did not get that far
   */
  ChildProcess launch(Fence wanted) throws IOException {
    Path folder = command.settings().work().resolve("p" + started.incrementAndGet());
    Files.createDirectories(EngineCommand.temporary(folder));
    Process process = start(command.builder(folder, wanted));
    Output output = new Output(process);
    Fence got = Fence.NONE;
    try {
      got = output.fence(wanted);
    } catch (IOException e) {
      end(process, folder);
      throw e;
    }
    return new ChildProcess(process, folder, got, clock);
  }

  /** Not to be interrupted: a process that was started half would be nobody's. */
  private Process start(ProcessBuilder builder) throws IOException {
    try {
      return CompletableFuture.supplyAsync(() -> startHere(builder), parent).join();
    } catch (CompletionException e) {
      throw new IOException("the engine's process could not be started", e.getCause());
    }
  }

  private static Process startHere(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void end(Process process, Path folder) throws IOException {
    new ChildProcess(process, folder, Fence.NONE, clock)
        .killAndWait(EngineEnd.Cause.DIED, "it did not start");
  }

  /** What a process says on its standard output, read to its end. */
  private static final class Output {
    private final CompletableFuture<String> fence = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();

    Output(Process process) {
      daemon(() -> read(process), "engine-" + process.pid() + "-says").start();
    }

    private void read(Process process) {
      String last = "nothing";
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          last = line;
          if (line.startsWith(Bootstrap.FENCE)) {
            fence.complete(line.substring(Bootstrap.FENCE.length()));
          } else if (line.equals(READY)) {
            ready.complete(null);
          } else {
            LOG.info("the engine says: {}", line);
          }
        }
      } catch (IOException e) {
        LOG.debug("the engine's output ended", e);
      }
      ready.completeExceptionally(
          new IOException("the engine's process ended at its start; it said last: " + last));
    }

    Fence fence(Fence wanted) throws IOException {
      try {
        ready.get(START_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new IOException(
            e.getCause() instanceof IOException said ? said.getMessage() : e.getMessage(), e);
      } catch (TimeoutException e) {
        throw new IOException("the engine's process did not start within " + START_SECONDS + " s");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while the engine's process started", e);
      }
      return said(fence.getNow("none"));
    }

    private static Fence said(String fence) {
      if (fence.startsWith("none")) {
        return Fence.NONE;
      }
      return fence.endsWith("reads") ? Fence.READS : Fence.WRITES;
    }
  }

  @Override
  public void close() {
    parent.shutdown();
  }
}

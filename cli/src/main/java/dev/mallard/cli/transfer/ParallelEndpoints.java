package dev.mallard.cli.transfer;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.client.MallardClient;
import dev.mallard.error.Closer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The batches of several endpoints in their order, transferred at the same time: the first comes
 * straight from the network, the others wait on disk for their turn.
 */
public final class ParallelEndpoints implements BatchStream {
  private static final long END_SECONDS = 30;

  private final BatchStream first;
  private final ExecutorService threads;
  private final Deque<Spool> spools = new ArrayDeque<>();
  private final Deque<Future<?>> filling = new ArrayDeque<>();
  private BatchStream current;
  private @Nullable Spool reading;

  /**
   * @param endpoints at least one
   * @param folder for what waits
   */
  public ParallelEndpoints(MallardClient client, List<FlightEndpoint> endpoints, Path folder)
      throws IOException {
    this.threads = Executors.newFixedThreadPool(endpoints.size());
    this.first = client.open(endpoints.get(0).getTicket());
    this.current = first;
    try (Closer onFailure = new Closer()) {
      onFailure.add(this);
      for (FlightEndpoint endpoint : endpoints.subList(1, endpoints.size())) {
        Spool spool = new Spool(folder, client.allocator());
        spools.add(spool);
        filling.add(
            threads.submit(
                () -> {
                  spool.fill(client.open(endpoint.getTicket()));
                  return null;
                }));
      }
      onFailure.release();
    }
  }

  @Override
  public Schema schema() {
    return first.schema();
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    IpcMessage message = current.next();
    while (message == null && !spools.isEmpty()) {
      advance();
      message = current.next();
    }
    return message;
  }

  private void advance() throws IOException {
    current.close();
    if (reading != null) {
      reading.close();
    }
    await(filling.remove());
    reading = spools.remove();
    current = reading.read();
  }

  private static void await(Future<?> filled) throws IOException {
    try {
      filled.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    }
  }

  @Override
  public void close() {
    current.close();
    filling.forEach(future -> future.cancel(true));
    threads.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
      if (reading != null) {
        reading.close();
      }
      for (Spool spool : spools) {
        spool.close();
      }
      spools.clear();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

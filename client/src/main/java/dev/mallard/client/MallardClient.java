package dev.mallard.client;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A client of a Mallard server (or of any Flight server with named datasets), on arrow-java's
 * {@link FlightClient}.
 *
 * <p>One thread at a time. Closing it closes the connection. Errors come as {@link
 * org.apache.arrow.flight.FlightRuntimeException}.
 */
public final class MallardClient implements AutoCloseable {
  private final BufferAllocator allocator;
  private final FlightClient flight;

  private MallardClient(BufferAllocator allocator, FlightClient flight) {
    this.allocator = allocator;
    this.flight = flight;
  }

  /** Connects when first used. */
  public static MallardClient connect(String host, int port) {
    BufferAllocator allocator = new RootAllocator();
    FlightClient flight =
        FlightClient.builder(allocator, Location.forGrpcInsecure(host, port))
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .build();
    return new MallardClient(allocator, flight);
  }

  /**
   * The datasets that a pattern selects.
   *
   * @param criteria empty for all, a name's prefix, or a glob
   */
  public List<FlightInfo> list(String criteria) {
    List<FlightInfo> infos = new ArrayList<>();
    flight.listFlights(new Criteria(criteria.getBytes(StandardCharsets.UTF_8))).forEach(infos::add);
    return infos;
  }

  public FlightInfo info(String name) {
    return flight.getInfo(FlightDescriptor.path(name));
  }

  /** Takes the batches of a stream one by one. */
  @FunctionalInterface
  public interface BatchConsumer {
    /**
     * @param batch valid until the call returns
     */
    void accept(VectorSchemaRoot batch) throws IOException;
  }

  /** Reads a dataset batch by batch; returns its row count. */
  public long get(String name, BatchConsumer consumer) throws IOException {
    long rows = 0;
    for (FlightEndpoint endpoint : info(name).getEndpoints()) {
      try (FlightStream stream = flight.getStream(endpoint.getTicket())) {
        while (stream.next()) {
          consumer.accept(stream.getRoot());
          rows += stream.getRoot().getRowCount();
        }
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    return rows;
  }

  /**
   * Reads a dataset into a new Arrow IPC (Feather) file; returns its row count.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is a file already
   */
  public long getToFile(String name, Path file) throws IOException {
    List<FlightEndpoint> endpoints = info(name).getEndpoints();
    if (endpoints.size() != 1) {
      throw new IOException(
          "dataset '" + name + "' has " + endpoints.size() + " endpoints (expected: 1)");
    }
    long rows = 0;
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        FlightStream stream = flight.getStream(endpoints.get(0).getTicket());
        ArrowFileWriter writer =
            new ArrowFileWriter(stream.getRoot(), stream.getDictionaryProvider(), channel)) {
      writer.start();
      while (stream.next()) {
        writer.writeBatch();
        rows += stream.getRoot().getRowCount();
      }
      writer.end();
      return rows;
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Fills one batch after the other; the next is asked for when the one before is sent. */
  @FunctionalInterface
  public interface BatchProducer {
    /**
     * @return false when there are no more rows; then {@code batch} is not sent
     */
    boolean fill(VectorSchemaRoot batch) throws IOException;
  }

  /**
   * Creates or replaces a dataset; returns when it is stored durably.
   *
   * @return what the server says of it, as JSON: name, version, rows, bytes
   */
  public Optional<String> put(String name, Schema schema, BatchProducer producer)
      throws IOException {
    try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator)) {
      SyncPutListener acknowledged = new SyncPutListener();
      FlightClient.ClientStreamListener upload =
          flight.startPut(FlightDescriptor.path(name), batch, acknowledged);
      while (producer.fill(batch)) {
        upload.putNext();
      }
      upload.completed();
      return lastMetadata(acknowledged);
    }
  }

  /** Creates or replaces a dataset from an Arrow IPC (Feather) file. */
  public void putFile(String name, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
      FlightClient.ClientStreamListener upload =
          flight.startPut(
              FlightDescriptor.path(name),
              reader.getVectorSchemaRoot(),
              reader,
              new AsyncPutListener());
      while (reader.loadNextBatch()) {
        upload.putNext();
      }
      upload.completed();
      upload.getResult();
    }
  }

  private static Optional<String> lastMetadata(SyncPutListener acknowledged) throws IOException {
    Optional<String> last = Optional.empty();
    try {
      PutResult result;
      while ((result = acknowledged.read()) != null) {
        last = Optional.of(text(result));
        result.close();
      }
      acknowledged.getResult();
      return last;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the server stores the upload", e);
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IOException(e.getCause());
    }
  }

  private static String text(PutResult result) {
    byte[] bytes = new byte[(int) result.getApplicationMetadata().readableBytes()];
    result.getApplicationMetadata().getBytes(0, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Deletes a dataset. */
  public void drop(String name) {
    flight
        .doAction(new Action("drop_dataset", name.getBytes(StandardCharsets.UTF_8)))
        .forEachRemaining(result -> {});
  }

  @Override
  public void close() {
    try {
      flight.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    allocator.close();
  }
}

package dev.mallard.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A simple table, put and read by arrow-java's client: {@code stamp} says who wrote a row. */
final class Tables {
  static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.nullable("stamp", new ArrowType.Int(64, true)),
              Field.nullable("row", new ArrowType.Int(64, true))));

  private static final ObjectMapper JSON = new ObjectMapper();

  private Tables() {}

  /** One row of the table. */
  record Row(long stamp, long row) {}

  static FlightDescriptor path(String name) {
    return FlightDescriptor.path(name);
  }

  static FlightDescriptor append(String name) {
    return FlightDescriptor.command(
        ("{\"append\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8));
  }

  static Ticket ticket(String text) {
    return new Ticket(text.getBytes(StandardCharsets.UTF_8));
  }

  static CallOption header(String name, String value) {
    FlightCallHeaders headers = new FlightCallHeaders();
    headers.insert(name, value);
    return new HeaderCallOption(headers);
  }

  /** Puts {@code batches} of {@code rows} rows each; returns the receipt. */
  static JsonNode put(
      FlightClient client,
      BufferAllocator memory,
      FlightDescriptor descriptor,
      long stamp,
      int batches,
      int rows,
      CallOption... options) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, memory);
        SyncPutListener acknowledged = new SyncPutListener()) {
      FlightClient.ClientStreamListener upload =
          client.startPut(descriptor, root, acknowledged, options);
      for (int i = 0; i < batches; i++) {
        fill(root, stamp, (long) i * rows, rows);
        upload.putNext();
      }
      upload.completed();
      JsonNode receipt = receipt(acknowledged);
      upload.getResult();
      return receipt;
    }
  }

  /** The last PutResult. */
  static JsonNode receipt(SyncPutListener acknowledged) {
    try {
      @Nullable JsonNode last = null;
      while (true) {
        PutResult result = acknowledged.read();
        if (result == null) {
          return java.util.Objects.requireNonNull(last, "no PutResult came");
        }
        try (result) {
          byte[] bytes = new byte[(int) result.getApplicationMetadata().readableBytes()];
          result.getApplicationMetadata().getBytes(0, bytes);
          last = JSON.readTree(bytes);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException runtime ? runtime : new RuntimeException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static AsyncPutListener ignoringAcknowledgements() {
    return new AsyncPutListener();
  }

  static void fill(VectorSchemaRoot root, long stamp, long from, int rows) {
    BigIntVector stamps = (BigIntVector) root.getVector("stamp");
    BigIntVector numbers = (BigIntVector) root.getVector("row");
    root.allocateNew();
    for (int i = 0; i < rows; i++) {
      stamps.setSafe(i, stamp);
      numbers.setSafe(i, from + i);
    }
    root.setRowCount(rows);
  }

  static List<Row> read(FlightClient client, Ticket ticket, CallOption... options) {
    try (FlightStream stream = client.getStream(ticket, options)) {
      return drain(stream);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Row> drain(FlightStream stream) {
    List<Row> rows = new ArrayList<>();
    while (stream.next()) {
      BigIntVector stamps = (BigIntVector) stream.getRoot().getVector("stamp");
      BigIntVector numbers = (BigIntVector) stream.getRoot().getVector("row");
      for (int i = 0; i < stream.getRoot().getRowCount(); i++) {
        rows.add(new Row(stamps.get(i), numbers.get(i)));
      }
    }
    return rows;
  }

  /** What {@link #put} stores. */
  static List<Row> rows(long stamp, int count) {
    List<Row> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(new Row(stamp, i));
    }
    return rows;
  }

  static JsonNode json(byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

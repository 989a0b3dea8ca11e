package dev.mallard.cli.statement;

import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.cli.io.Sizes;
import dev.mallard.cli.output.RowSink;
import dev.mallard.cli.transfer.Endpoints;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Runs what was planned and puts its result where it belongs. One thread at a time. */
public final class StatementRunner {
  /** What a server answers to a statement that is no query. */
  private static final String COUNT = "Count";

  private final MallardClient client;

  public StatementRunner(MallardClient client) {
    this.client = client;
  }

  /**
   * What a statement did.
   *
   * @param isQuery whether it gave rows; otherwise it changed some
   */
  public record Outcome(boolean isQuery, long rows, Duration time) {
    /**
     * In words, such as {@code 3 rows} or {@code done, 3 rows changed}.
     *
     * @param remark on the rows
     */
    public String said(String remark) {
      if (isQuery) {
        return Sizes.count(rows, "row") + remark;
      }
      return rows == 0 ? "done" : "done, " + Sizes.count(rows, "row") + " changed";
    }
  }

  /** How a statement is planned. */
  @FunctionalInterface
  public interface Planner {
    FlightInfo plan();
  }

  /** Plans it, runs it and waits for the end of its result. */
  public Outcome run(Planner planner, ResultPlace place) throws IOException {
    long begin = System.nanoTime();
    FlightInfo info = planner.plan();
    boolean isQuery = !isCount(info);
    long rows = 0;
    if (!isQuery && !place.takesCounts()) {
      rows = count(info);
    } else if (!info.getEndpoints().isEmpty()) {
      rows = rows(info, place);
    }
    return new Outcome(isQuery, rows, Duration.ofNanos(System.nanoTime() - begin));
  }

  /** What is no query has run already: its one number is there. */
  private static boolean isCount(FlightInfo info) {
    List<Field> fields = info.getSchema().getFields();
    return info.getRecords() == 1
        && !info.getEndpoints().isEmpty()
        && fields.size() == 1
        && fields.get(0).getName().equals(COUNT)
        && fields.get(0).getType().equals(new ArrowType.Int(64, true));
  }

  private long count(FlightInfo info) throws IOException {
    long count = 0;
    try (BatchStream stream = new Endpoints(client, info.getEndpoints());
        BatchLoader loader = new BatchLoader(stream.schema(), client.allocator())) {
      IpcMessage next;
      while ((next = stream.next()) != null) {
        try (IpcMessage message = next) {
          VectorSchemaRoot root = loader.load(message);
          if (root != null
              && root.getRowCount() == 1
              && root.getVector(0) instanceof BigIntVector number
              && !number.isNull(0)) {
            count = number.get(0);
          }
        }
      }
    }
    return count;
  }

  private long rows(FlightInfo info, ResultPlace place) throws IOException {
    long rows = 0;
    try (BatchStream stream = new Endpoints(client, info.getEndpoints())) {
      RowSink sink = place.begin(stream.schema(), client.allocator());
      IpcMessage message;
      while ((message = stream.next()) != null) {
        rows += message.rows();
        place.received(message.encodedBytes(), message.rows());
        sink.write(message);
      }
      place.arrived();
    }
    return rows;
  }

  /** A place for results that nobody wants to see. */
  public static ResultPlace nowhere() {
    return (Schema schema, org.apache.arrow.memory.BufferAllocator allocator) ->
        new RowSink() {
          @Override
          public void write(IpcMessage message) {
            message.close();
          }

          @Override
          public void finish() {}

          @Override
          public void close() {}
        };
  }
}

package dev.mallard.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightProducer;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightServerMiddleware;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.ServerHeaderMiddleware;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Arrow's own Flight server with datasets of one column of numbers in memory. Whatever is named
 * {@code status/CODE} fails so.
 */
final class ForeignServer extends NoOpFlightProducer implements AutoCloseable {
  static final Schema SCHEMA =
      new Schema(List.of(Field.nullable("id", new ArrowType.Int(64, true))));
  static final String REFUSAL = "ducks only, and those in a row";
  private static final int BATCH_ROWS = 100;
  private static final FlightServerMiddleware.Key<ServerHeaderMiddleware> HEADERS =
      FlightServerMiddleware.Key.of("headers");

  final Map<String, List<Long>> datasets = new ConcurrentSkipListMap<>();
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** Never closed: what arrow-java leaves in it when a call is cancelled is not ours to check. */
  private final BufferAllocator allocator = new RootAllocator();

  private final FlightServer server;

  ForeignServer() throws IOException {
    this(Location.forGrpcInsecure("127.0.0.1", 0));
  }

  ForeignServer(Location location) throws IOException {
    this.server =
        FlightServer.builder(allocator, location, this)
            .middleware(HEADERS, new ServerHeaderMiddleware.Factory())
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  /** Numbers from 0. */
  void add(String name, int rows) {
    List<Long> values = new ArrayList<>();
    for (long row = 0; row < rows; row++) {
      values.add(row);
    }
    datasets.put(name, values);
  }

  @Override
  public void listFlights(
      CallContext context, Criteria criteria, StreamListener<FlightInfo> listener) {
    String prefix = new String(criteria.getExpression(), StandardCharsets.UTF_8);
    datasets.keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .forEach(name -> listener.onNext(info(FlightDescriptor.path(name), name)));
    listener.onCompleted();
  }

  @Override
  public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
    String name =
        descriptor.isCommand()
            ? new String(descriptor.getCommand(), StandardCharsets.UTF_8)
            : descriptor.getPath().get(0);
    note(context, "info " + name, "mallard-endpoints");
    require(name);
    return info(descriptor, name);
  }

  private void note(CallContext context, String what, String header) {
    CallHeaders headers = context.getMiddleware(HEADERS).headers();
    String value = headers.get(header);
    asked.add(value == null ? what : what + " " + header + "=" + value);
  }

  private FlightInfo info(FlightDescriptor descriptor, String name) {
    Ticket ticket = new Ticket(name.getBytes(StandardCharsets.UTF_8));
    int rows = datasets.get(name).size();
    return FlightInfo.builder(SCHEMA, descriptor, List.of(new FlightEndpoint(ticket)))
        .setRecords(rows)
        .setBytes(rows * 8L)
        .build();
  }

  private List<Long> require(String name) {
    if (name.startsWith("status/")) {
      FlightStatusCode code = FlightStatusCode.valueOf(name.substring("status/".length()));
      throw new CallStatus(code).withDescription(REFUSAL).toRuntimeException();
    }
    List<Long> rows = datasets.get(name);
    if (rows == null) {
      throw CallStatus.NOT_FOUND.withDescription("no '" + name + "'").toRuntimeException();
    }
    return rows;
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
    List<Long> rows = require(new String(ticket.getBytes(), StandardCharsets.UTF_8));
    try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator)) {
      listener.start(root);
      for (int from = 0; from < rows.size(); from += BATCH_ROWS) {
        fill(root, rows.subList(from, Math.min(rows.size(), from + BATCH_ROWS)));
        listener.putNext();
      }
      listener.completed();
    }
  }

  private static void fill(VectorSchemaRoot root, List<Long> values) {
    BigIntVector ids = (BigIntVector) root.getVector(0);
    for (int i = 0; i < values.size(); i++) {
      ids.setSafe(i, values.get(i));
    }
    root.setRowCount(values.size());
  }

  @Override
  public Runnable acceptPut(
      CallContext context, FlightStream stream, StreamListener<PutResult> listener) {
    return () -> {
      List<Long> rows = new ArrayList<>();
      while (stream.next()) {
        BigIntVector ids = (BigIntVector) stream.getRoot().getVector(0);
        for (int i = 0; i < ids.getValueCount(); i++) {
          rows.add(ids.get(i));
        }
      }
      String name = stream.getDescriptor().getPath().get(0);
      note(context, "put " + name, "mallard-put-mode");
      if (name.startsWith("status/")) {
        require(name);
      }
      datasets.put(name, rows);
      byte[] reply = ("{\"rows\":" + rows.size() + "}").getBytes(StandardCharsets.UTF_8);
      try (ArrowBuf metadata = allocator.buffer(reply.length)) {
        metadata.writeBytes(reply);
        listener.onNext(PutResult.metadata(metadata));
      }
      listener.onCompleted();
    };
  }

  @Override
  public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
    String body = new String(action.getBody(), StandardCharsets.UTF_8);
    asked.add(action.getType() + " " + body);
    switch (action.getType()) {
      case "list_versions" -> {
        require(body);
        for (String version : List.of("b", "a")) {
          answer(
              listener,
              "{\"version\":\"%s\",\"current\":%s,\"modified\":\"2026-11-22T00:00:00Z\",\"rows\":7}"
                  .formatted(version, version.equals("b")));
        }
      }
      case "restore_version" -> answer(listener, "{\"version\":\"c\",\"current\":true}");
      case "drop_dataset" -> datasets.remove(body);
      case "silent" -> {}
      default ->
          throw CallStatus.UNIMPLEMENTED
              .withDescription("no action " + action.getType().toLowerCase(Locale.ROOT))
              .toRuntimeException();
    }
    listener.onCompleted();
  }

  private static void answer(FlightProducer.StreamListener<Result> listener, String json) {
    listener.onNext(new Result(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void close() throws InterruptedException, IOException {
    server.shutdown();
    server.awaitTermination();
    server.close();
  }
}

package dev.mallard.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A client of a Mallard server (or of any Flight server with named datasets), on arrow-java's
 * {@link FlightClient} but for the data itself, which comes and goes as messages.
 *
 * <p>Thread-safe: streams and uploads of one client may be used by a thread each. Closing it closes
 * the connection; streams and uploads are closed before. Errors come as {@link
 * org.apache.arrow.flight.FlightRuntimeException}.
 */
public final class MallardClient implements AutoCloseable {
  private static final Metadata.Key<String> PUT_MODE =
      Metadata.Key.of("mallard-put-mode", Metadata.ASCII_STRING_MARSHALLER);

  private static final String FROM_ROW = "from_row";

  /** The next messages are made while the ones before them are on their way. */
  private static final CallOptions UPLOAD = CallOptions.DEFAULT.withOnReadyThreshold(2 << 20);

  private final ClientSettings settings;
  private final SignIn signIn;
  private final BufferAllocator allocator;
  private final Connection connection;
  private final FlightClient flight;
  private final Set<ResultStream> streams = ConcurrentHashMap.newKeySet();
  private final Set<Upload> uploads = ConcurrentHashMap.newKeySet();

  private MallardClient(ClientSettings settings, SignIn signIn) {
    this.settings = settings;
    this.signIn = signIn;
    this.connection = new Connection(settings, signIn);
    this.allocator = new RootAllocator();
    this.flight =
        FlightGrpcUtils.createFlightClientWithSharedChannel(allocator, connection.channel());
  }

  /** As nobody in particular. Connects when first used. */
  public static MallardClient connect(ServerAddress address) {
    return connect(ClientSettings.of(address));
  }

  /**
   * Connects, and signs in, when first used.
   *
   * @throws dev.mallard.error.MallardException FAILED_PRECONDITION if a file of the TLS settings
   *     cannot be read
   */
  public static MallardClient connect(ClientSettings settings) {
    return new MallardClient(settings, new SignIn(settings.credentials()));
  }

  /** A connection of its own to the same server, as whoever has signed in here. */
  public MallardClient another() {
    return new MallardClient(settings, signIn);
  }

  public ServerAddress address() {
    return settings.address();
  }

  public ClientSettings settings() {
    return settings;
  }

  /** What its streams and uploads take their memory from. */
  public BufferAllocator allocator() {
    return allocator;
  }

  /** All of Flight, for what this class does not offer. */
  public FlightClient flight() {
    return flight;
  }

  /**
   * The datasets that a pattern selects.
   *
   * @param criteria empty for all, a name's prefix, or a glob
   */
  public List<FlightInfo> list(String criteria) {
    List<FlightInfo> infos = new ArrayList<>();
    flight.listFlights(new Criteria(utf8(criteria))).forEach(infos::add);
    return infos;
  }

  public FlightInfo info(String name) {
    return flight.getInfo(FlightDescriptor.path(name));
  }

  /** A dataset's info with up to so many ordered endpoints, to be read in parallel. */
  public FlightInfo info(String name, int endpoints) {
    return flight.getInfo(
        FlightDescriptor.path(name), header("mallard-endpoints", String.valueOf(endpoints)));
  }

  /** In message form; without asking for sizes, if the server lets one. */
  public Schema schema(String name) {
    try {
      return flight.getSchema(FlightDescriptor.path(name)).getSchema();
    } catch (FlightRuntimeException e) {
      if (e.status().code() == FlightStatusCode.UNIMPLEMENTED) {
        return info(name).getSchema();
      }
      throw e;
    }
  }

  /**
   * Plans a statement, and runs it if it is not a query.
   *
   * @throws org.apache.arrow.flight.FlightRuntimeException INVALID_ARGUMENT with the engine's text
   *     if the SQL is wrong
   */
  public FlightInfo plan(String sql) {
    return flight.getInfo(FlightDescriptor.command(utf8(sql)));
  }

  /** Prepares a statement that has parameters, with Flight SQL; the caller closes it. */
  public PreparedQuery prepare(String sql) {
    return new PreparedQuery(this, sql);
  }

  /** The server's name and version, if it speaks Flight SQL. */
  public Optional<String> serverVersion() {
    return ServerVersion.of(flight);
  }

  /**
   * Who the server takes this client for.
   *
   * @throws FlightRuntimeException UNIMPLEMENTED if it is another server, which cannot say it
   */
  public WhoAmI whoAmI() {
    List<byte[]> replies = act("whoami", new byte[0]);
    if (replies.isEmpty()) {
      throw Errors.protocol("the server does not say who you are");
    }
    return WhoAmI.of(Json.readOrMissing(replies.get(0)));
  }

  /**
   * How that is what runs SQL there.
   *
   * @throws FlightRuntimeException UNIMPLEMENTED if it is another server, which cannot say it
   */
  public SqlStatus sqlStatus() {
    List<byte[]> replies = act("sql_status", new byte[0]);
    if (replies.isEmpty()) {
      throw Errors.protocol("the server does not say how SQL is");
    }
    return SqlStatus.of(Json.readOrMissing(replies.get(0)));
  }

  /** The kept versions, newest first. */
  public List<DatasetVersion> versions(String name) {
    List<DatasetVersion> versions = new ArrayList<>();
    act("list_versions", utf8(name))
        .forEach(body -> versions.add(DatasetVersion.of(Json.readOrMissing(body))));
    return versions;
  }

  /** Makes a previous version the current one; returns the current one. */
  public DatasetVersion restore(String name, String version) {
    ObjectNode request = Json.object().put("name", name).put("version", version);
    List<byte[]> replies = act("restore_version", Json.bytes(request));
    if (replies.isEmpty()) {
      throw Errors.protocol("the server does not say which version is the current one");
    }
    return DatasetVersion.of(Json.readOrMissing(replies.get(0)));
  }

  /** Deletes a dataset. */
  public void drop(String name) {
    act("drop_dataset", utf8(name));
  }

  List<byte[]> act(String type, byte[] body) {
    List<byte[]> bodies = new ArrayList<>();
    flight
        .doAction(new Action(type, body))
        .forEachRemaining((Result result) -> bodies.add(result.getBody()));
    return bodies;
  }

  /** Opens one endpoint of an info, or whatever else the server takes for a ticket. */
  public ResultStream open(Ticket ticket) {
    return open(ticket, ResultStream.WINDOW);
  }

  /**
   * As {@link #open(Ticket)}, with a say in the flow.
   *
   * @param window messages that may be under way; 0 asks for each only when it is wanted
   */
  public ResultStream open(Ticket ticket, int window) {
    ResultStream stream = new ResultStream(window, streams::remove);
    Flight.Ticket request =
        Flight.Ticket.newBuilder().setTicket(ByteString.copyFrom(ticket.getBytes())).build();
    stream.start(
        observer ->
            ClientCalls.asyncServerStreamingCall(
                connection.channel().newCall(DataCalls.doGet(allocator), CallOptions.DEFAULT),
                request,
                observer));
    streams.add(stream);
    return stream;
  }

  /**
   * The same ticket without the rows that have arrived with it: only our own server understands it.
   *
   * @throws IllegalArgumentException if it is not one of JSON
   */
  public static Ticket resumed(Ticket ticket, long arrivedRows) {
    JsonNode json = Json.readOrMissing(ticket.getBytes());
    if (!(json instanceof ObjectNode object)) {
      throw new IllegalArgumentException("ticket: it cannot be resumed");
    }
    long before = object.path(FROM_ROW).asLong();
    return new Ticket(Json.bytes(object.put(FROM_ROW, before + arrivedRows)));
  }

  /** Whether an upload of an existing name replaces what is there or adds to it. */
  public enum PutMode {
    REPLACE,
    APPEND
  }

  /**
   * Begins to create, replace or append to a dataset.
   *
   * @param schema in message form
   */
  public Upload upload(String name, Schema schema, PutMode mode) {
    Flight.FlightDescriptor descriptor =
        Flight.FlightDescriptor.newBuilder()
            .setType(Flight.FlightDescriptor.DescriptorType.PATH)
            .addPath(name)
            .build();
    return upload(descriptor, schema, mode);
  }

  Upload upload(Flight.FlightDescriptor descriptor, Schema schema, PutMode mode) {
    Metadata headers = new Metadata();
    if (mode == PutMode.APPEND) {
      headers.put(PUT_MODE, "append");
    }
    Channel withHeaders =
        ClientInterceptors.intercept(
            connection.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
    Upload upload = new Upload(descriptor, schema, settings.address().tls(), uploads::remove);
    upload.start(
        observer ->
            ClientCalls.asyncBidiStreamingCall(
                withHeaders.newCall(DataCalls.doPut(), UPLOAD), observer));
    uploads.add(upload);
    return upload;
  }

  /** Stops every stream and upload of this client, on the server too. From any thread. */
  public void cancelAll() {
    streams.forEach(ResultStream::cancel);
    uploads.forEach(Upload::cancel);
  }

  @Override
  public void close() {
    // A thread that is to stop must still be able to wait for the connection's end.
    boolean interrupted = Thread.interrupted();
    try {
      connection.close();
      flight.close();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    allocator.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static CallOption header(String name, String value) {
    FlightCallHeaders headers = new FlightCallHeaders();
    headers.insert(name, value);
    return new HeaderCallOption(headers);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

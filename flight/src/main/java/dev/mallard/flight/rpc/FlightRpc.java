package dev.mallard.flight.rpc;

import com.google.protobuf.Message;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.Changes;
import dev.mallard.catalog.NamePattern;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.flight.wire.FlightMarshallers;
import dev.mallard.flight.wire.IncomingFrame;
import dev.mallard.flight.wire.Request;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import org.apache.arrow.flight.impl.Flight.Criteria;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.FlightInfo;
import org.apache.arrow.flight.impl.Flight.PollInfo;
import org.apache.arrow.flight.impl.Flight.PutResult;
import org.apache.arrow.flight.impl.Flight.SchemaResult;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The ten methods of the Arrow Flight service on gRPC.
 *
 * <pre>
 * request ─► decoded once (DescriptorTarget, ReadTicket, CallHeaders) ─► Catalog / Changes
 * client  ◄─ StreamPump ◄─ BatchStream
 * </pre>
 *
 * @see <a href="https://arrow.apache.org/docs/format/Flight.html">Arrow Flight RPC</a>
 */
public final class FlightRpc {
  private final Catalog catalog;
  private final Changes changes;
  private final Reads reads;
  private final Actions actions;
  private final BufferAllocator allocator;
  private final int readyThreshold;

  /**
   * @param maxMessageBytes batches are cut so that no message is much larger
   * @param readyThreshold bytes that may wait to be sent to one client before its stream is held
   */
  public FlightRpc(
      Catalog catalog,
      Changes changes,
      BufferAllocator allocator,
      long maxMessageBytes,
      int readyThreshold) {
    RunningReads running = new RunningReads();
    this.catalog = catalog;
    this.changes = changes;
    this.reads = new Reads(catalog, running, allocator, maxMessageBytes);
    this.actions = new Actions(catalog, changes, running);
    this.allocator = allocator;
    this.readyThreshold = readyThreshold;
  }

  /** The service, to be added to a gRPC server. */
  public ServerServiceDefinition definition() {
    MethodDescriptor<Request<Ticket>, IpcMessage> get =
        FlightServiceGrpc.getDoGetMethod().toBuilder(
                FlightMarshallers.request(
                    FlightServiceGrpc.getDoGetMethod().getRequestMarshaller()),
                FlightMarshallers.outgoing())
            .build();
    var listFlights = checked(FlightServiceGrpc.getListFlightsMethod());
    var flightInfo = checked(FlightServiceGrpc.getGetFlightInfoMethod());
    var poll = checked(FlightServiceGrpc.getPollFlightInfoMethod());
    var schema = checked(FlightServiceGrpc.getGetSchemaMethod());
    var doAction = checked(FlightServiceGrpc.getDoActionMethod());
    var listActions = checked(FlightServiceGrpc.getListActionsMethod());
    MethodDescriptor<IncomingFrame, PutResult> put =
        FlightServiceGrpc.getDoPutMethod().toBuilder(
                FlightMarshallers.incoming(allocator),
                FlightServiceGrpc.getDoPutMethod().getResponseMarshaller())
            .build();
    ServiceDescriptor service =
        ServiceDescriptor.newBuilder(FlightServiceGrpc.SERVICE_NAME)
            .setSchemaDescriptor(FlightServiceGrpc.getServiceDescriptor().getSchemaDescriptor())
            .addMethod(FlightServiceGrpc.getHandshakeMethod())
            .addMethod(listFlights)
            .addMethod(flightInfo)
            .addMethod(poll)
            .addMethod(schema)
            .addMethod(get)
            .addMethod(put)
            .addMethod(FlightServiceGrpc.getDoExchangeMethod())
            .addMethod(doAction)
            .addMethod(listActions)
            .build();
    ServerServiceDefinition definition =
        ServerServiceDefinition.builder(service)
            .addMethod(
                FlightServiceGrpc.getHandshakeMethod(),
                ServerCalls.asyncBidiStreamingCall(
                    client ->
                        refuse(
                            client,
                            "Handshake: this server asks for no authentication; just call it")))
            .addMethod(listFlights, streaming(this::listFlights))
            .addMethod(flightInfo, unary(this::flightInfo))
            .addMethod(poll, unary(this::poll))
            .addMethod(schema, unary(this::schema))
            .addMethod(get, streaming(this::doGet))
            .addMethod(put, ServerCalls.asyncBidiStreamingCall(this::doPut))
            .addMethod(
                FlightServiceGrpc.getDoExchangeMethod(),
                ServerCalls.asyncBidiStreamingCall(
                    client ->
                        refuse(
                            client,
                            "DoExchange: this server has no exchanges; use DoPut and DoGet")))
            .addMethod(
                doAction,
                streaming(
                    (action, client) -> IteratorPump.start(actions.run(action).iterator(), client)))
            .addMethod(
                listActions,
                streaming((empty, client) -> IteratorPump.start(actions.list().iterator(), client)))
            .build();
    return ServerInterceptors.intercept(definition, CallHeaders.interceptor());
  }

  private static <Q, R> MethodDescriptor<Request<Q>, R> checked(MethodDescriptor<Q, R> method) {
    return method.toBuilder(
            FlightMarshallers.request(method.getRequestMarshaller()),
            method.getResponseMarshaller())
        .build();
  }

  private void listFlights(Criteria criteria, ServerCallStreamObserver<FlightInfo> client) {
    String text = Utf8.decode(criteria.getExpression(), "criteria");
    IteratorPump.start(
        catalog.list(NamePattern.of(text)).stream().map(Plans::listed).iterator(), client);
  }

  private FlightInfo flightInfo(FlightDescriptor descriptor) {
    return Plans.planned(
        catalog.lease(datasetName(descriptor)), descriptor, CallHeaders.current().endpoints());
  }

  /** A dataset's plan needs no time to make, so the first poll is the last. */
  private PollInfo poll(FlightDescriptor descriptor) {
    return PollInfo.newBuilder().setInfo(flightInfo(descriptor)).setProgress(1.0).build();
  }

  private SchemaResult schema(FlightDescriptor descriptor) {
    return SchemaResult.newBuilder()
        .setSchema(Plans.encapsulated(catalog.find(datasetName(descriptor)).schema()))
        .build();
  }

  private static dev.mallard.catalog.DatasetName datasetName(FlightDescriptor descriptor) {
    if (DescriptorTarget.decode(descriptor) instanceof DescriptorTarget.Dataset dataset) {
      return dev.mallard.catalog.DatasetName.parse(dataset.path());
    }
    throw MallardException.invalid(
        "command: an append is for DoPut; ask for a dataset by its path");
  }

  private void doGet(Ticket ticket, ServerCallStreamObserver<IpcMessage> client) {
    client.setOnReadyThreshold(readyThreshold);
    reads.get(ticket, client);
  }

  private StreamObserver<IncomingFrame> doPut(StreamObserver<PutResult> client) {
    return new PutCall(changes, (ServerCallStreamObserver<PutResult>) client);
  }

  private static <Q, R> StreamObserver<Q> refuse(StreamObserver<R> client, String message) {
    client.onError(StatusMapper.toStatus(new MallardException(ErrorCode.UNIMPLEMENTED, message)));
    return new IgnoredRequests<>();
  }

  /** What a client still sends after it was refused. */
  private static final class IgnoredRequests<Q> implements StreamObserver<Q> {
    @Override
    public void onNext(Q request) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }

  private interface Unary<Q, R> {
    R call(Q request);
  }

  private static <Q, R extends Message> io.grpc.ServerCallHandler<Request<Q>, R> unary(
      Unary<Q, R> method) {
    return ServerCalls.asyncUnaryCall(
        (request, client) -> {
          try {
            client.onNext(method.call(request.require()));
            client.onCompleted();
          } catch (RuntimeException e) {
            client.onError(StatusMapper.toStatus(e));
          }
        });
  }

  private interface Streaming<Q, R> {
    void call(Q request, ServerCallStreamObserver<R> client);
  }

  private static <Q, R> io.grpc.ServerCallHandler<Request<Q>, R> streaming(Streaming<Q, R> method) {
    return ServerCalls.asyncServerStreamingCall(
        (request, client) -> {
          try {
            method.call(request.require(), (ServerCallStreamObserver<R>) client);
          } catch (RuntimeException e) {
            client.onError(StatusMapper.toStatus(e));
          }
        });
  }
}

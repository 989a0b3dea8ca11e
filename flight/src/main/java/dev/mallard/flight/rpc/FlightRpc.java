package dev.mallard.flight.rpc;

import dev.mallard.access.Caller;
import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.Changes;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.flight.actions.Actions;
import dev.mallard.flight.auth.Door;
import dev.mallard.flight.auth.LiveCalls;
import dev.mallard.flight.call.BlockingCalls;
import dev.mallard.flight.call.CallHeaders;
import dev.mallard.flight.call.CallSession;
import dev.mallard.flight.call.StatusMapper;
import dev.mallard.flight.get.DoGet;
import dev.mallard.flight.get.ResultOpener;
import dev.mallard.flight.get.RunningReads;
import dev.mallard.flight.info.InfoCalls;
import dev.mallard.flight.put.DoPut;
import dev.mallard.flight.session.OptionRules;
import dev.mallard.flight.session.Sessions;
import dev.mallard.flight.sql.MetadataAnswers;
import dev.mallard.flight.wire.FlightMarshallers;
import dev.mallard.flight.wire.IncomingFrame;
import dev.mallard.flight.wire.Request;
import dev.mallard.query.QueryService;
import dev.mallard.wire.OutgoingFrame;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.apache.arrow.flight.impl.Flight.Criteria;
import org.apache.arrow.flight.impl.Flight.FlightInfo;
import org.apache.arrow.flight.impl.Flight.PutResult;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The ten methods of the Arrow Flight service on gRPC.
 *
 * <pre>
 * request ─► decoded once (DescriptorTarget, ReadTicket, CallHeaders) ─► Catalog / Changes / QueryService
 * client  ◄─ StreamPump ◄─ BatchStream
 * </pre>
 *
 * @see <a href="https://arrow.apache.org/docs/format/Flight.html">Arrow Flight RPC</a>
 */
public final class FlightRpc {
  /** Some hundred lines wait for the client: each time that they run out costs a thread's turn. */
  private static final int LISTING_BYTES = 256 << 10;

  private final InfoCalls infos;
  private final DoGet gets;
  private final DoPut puts;
  private final Actions actions;
  private final Sessions sessions;
  private final QueryService queries;
  private final BufferAllocator allocator;
  private final int readyThreshold;

  /**
   * @param blockingThreads for calls to the engine, which may block. It must not make one task wait
   *     for the end of another: queries that wait for their turn hold threads, and those that run
   *     need some
   */
  public FlightRpc(
      Catalog catalog,
      Changes changes,
      QueryService queries,
      Executor blockingThreads,
      BufferAllocator allocator,
      LiveCalls live,
      FlightOptions options) {
    OptionRules rules =
        new OptionRules(queries::settings, queries::checkOptions, queries::endSession);
    MetadataAnswers metadata =
        new MetadataAnswers(
            queries::metadata, options.facts(), CallSession::clientBegins, allocator);
    RunningReads running = new RunningReads();
    BlockingCalls blocking = new BlockingCalls(blockingThreads);
    this.queries = queries;
    this.sessions = new Sessions(rules, options.sessions(), Clock.systemUTC());
    CallSession session = new CallSession(sessions);
    this.infos = new InfoCalls(catalog, queries, metadata, session, blocking);
    this.gets =
        new DoGet(
            catalog,
            new ResultOpener(queries, metadata, session),
            running,
            blocking,
            allocator,
            options.messages());
    this.puts =
        new DoPut(changes, queries, session, blockingThreads, allocator, options.sqlUploads());
    this.actions = new Actions(blocking, catalog, changes, queries, session, running, live);
    this.allocator = allocator;
    this.readyThreshold = options.readyThreshold();
  }

  /** Ends the sessions that nobody has used for long; to be called now and then. May block. */
  public void expireSessions() {
    sessions.expire();
  }

  /** What is kept for clients between their calls, sessions included; for tests and metrics. */
  public int kept() {
    return sessions.count() + queries.kept();
  }

  /** Statements that run now; for tests and metrics. */
  public int runningStatements() {
    return queries.running();
  }

  /** Ends what is kept for some callers. May block. */
  public void endWhere(Predicate<Caller> whose) {
    sessions.endWhere(whose);
    queries.endWhere(whose);
  }

  /**
   * The service, to be added to a gRPC server.
   *
   * @param door before each of its methods
   */
  public ServerServiceDefinition definition(Door door) {
    var handshake = Door.handshakeMethod();
    MethodDescriptor<Request<Ticket>, OutgoingFrame> get =
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
            .addMethod(handshake)
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
            .addMethod(handshake, door.handshake())
            .addMethod(listFlights, streaming(this::listFlights))
            .addMethod(flightInfo, streaming(infos::info))
            .addMethod(poll, streaming(infos::poll))
            .addMethod(schema, streaming(infos::schema))
            .addMethod(get, streaming(this::doGet))
            .addMethod(put, ServerCalls.asyncBidiStreamingCall(puts::begin))
            .addMethod(
                FlightServiceGrpc.getDoExchangeMethod(),
                ServerCalls.asyncBidiStreamingCall(
                    client ->
                        refuse(
                            client,
                            "DoExchange: this server has no exchanges; use DoPut and DoGet")))
            .addMethod(doAction, streaming(actions::run))
            .addMethod(listActions, streaming((empty, client) -> actions.list(client)))
            .build();
    return ServerInterceptors.intercept(definition, CallHeaders.interceptor(), door);
  }

  private static <Q, R> MethodDescriptor<Request<Q>, R> checked(MethodDescriptor<Q, R> method) {
    return method.toBuilder(
            FlightMarshallers.request(method.getRequestMarshaller()),
            method.getResponseMarshaller())
        .build();
  }

  private void listFlights(Criteria criteria, ServerCallStreamObserver<FlightInfo> client) {
    client.setOnReadyThreshold(Math.min(readyThreshold, LISTING_BYTES));
    infos.list(criteria, client);
  }

  private void doGet(Ticket ticket, ServerCallStreamObserver<OutgoingFrame> client) {
    client.setOnReadyThreshold(readyThreshold);
    gets.get(ticket, client);
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

  /** Answers now or later; what it throws is answered for it. */
  private interface Streaming<Q, R> {
    void call(Q request, ServerCallStreamObserver<R> client);
  }

  private static <Q, R> ServerCallHandler<Request<Q>, R> streaming(Streaming<Q, R> method) {
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

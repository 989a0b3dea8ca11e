package dev.mallard.server;

import dev.mallard.access.SignIn;
import dev.mallard.arrow.CheckLimits;
import dev.mallard.arrow.MessageLimit;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.mapping.FileMappings;
import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.Changes;
import dev.mallard.catalog.Formats;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.events.ServerEvents;
import dev.mallard.flight.auth.CallerLimits;
import dev.mallard.flight.auth.Door;
import dev.mallard.flight.auth.LiveCalls;
import dev.mallard.flight.auth.PeerOf;
import dev.mallard.flight.auth.Revocation;
import dev.mallard.flight.call.CallEvents;
import dev.mallard.flight.call.CallIds;
import dev.mallard.flight.call.FailedCalls;
import dev.mallard.flight.info.EndpointLocations;
import dev.mallard.flight.intake.Intake;
import dev.mallard.flight.rpc.FlightOptions;
import dev.mallard.flight.rpc.FlightRpc;
import dev.mallard.flight.session.SessionLimits;
import dev.mallard.flight.sql.ServerFacts;
import dev.mallard.parquet.ParquetFormat;
import dev.mallard.parquet.WriterOptions;
import dev.mallard.query.NameClaims;
import dev.mallard.query.QueryService;
import dev.mallard.server.audit.AuditGate;
import dev.mallard.server.audit.AuditTrail;
import dev.mallard.server.security.LimitConfig;
import dev.mallard.server.security.SignInSetup;
import dev.mallard.server.tls.Exposure;
import dev.mallard.server.tls.Tls;
import dev.mallard.signin.certificate.ClientAuthorities;
import dev.mallard.store.CommitHook;
import dev.mallard.store.DataFolder;
import dev.mallard.store.DiskBudget;
import dev.mallard.store.VersionLeases;
import dev.mallard.store.derived.DerivedForms;
import dev.mallard.store.derived.ParquetForms;
import dev.mallard.wire.SocketBuffers;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.ChannelOption;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: everything put together by plain constructor calls, started, drained and
 * stopped. Tests start this very class on port 0.
 *
 * <p>Thread-safe. {@link #close()} stops at once; {@link #drain} first lets running streams finish.
 */
public final class MallardServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MallardServer.class);

  /** A stalled reader holds at most this and one message. */
  private static final int READY_THRESHOLD_BYTES = 768 * 1024;

  /** The most that a message may have that waits for its reader in memory. */
  private static final long MOST_COPIED_BYTES = 1L << 20;

  /** Of address space, for files that nobody reads: the system takes the memory when it wants. */
  private static final long MOST_MAPPED_BYTES = 4L << 30;

  private static final Duration KEPT_MAPPED = Duration.ofSeconds(10);

  /** Load balancers ask for the whole server, or for the service that they balance. */
  private static final List<String> HEALTHY_SERVICES =
      List.of(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, FlightServiceGrpc.SERVICE_NAME);

  private static final Duration HANDSHAKE_PATIENCE = Duration.ofSeconds(20);
  private static final int SESSION_CHECK_SECONDS = 10;
  private static final int REVOCATION_CHECK_MILLIS = 500;
  private static final int MAX_CALLS_PER_CONNECTION = 512;
  private static final int MAX_HEADER_BYTES = 64 * 1024;
  private static final int MIN_WINDOW_BYTES = 256 << 10;
  private static final int MAX_WINDOW_BYTES = 4 << 20;

  private final ServerConfig config;
  private final Closer resources = new Closer();
  private final BufferAllocator allocator;
  private final Catalog catalog;
  private final QueryService queries;
  private final DrainGate gate = new DrainGate();
  private final CompletableFuture<@Nullable Void> fault = new CompletableFuture<>();
  private final AuditGate auditGate;
  private final CallerLimits callerLimits;
  private final LiveCalls live;
  private final Intake intake;
  private final FlightRpc flight;
  private final HealthStatusManager health = new HealthStatusManager();
  private final Server grpc;

  /**
   * @throws MallardException FAILED_PRECONDITION, with what to do, if it cannot start
   */
  public static MallardServer start(ServerConfig config) {
    return start(config, CommitHook.NONE, ServerEvents.NONE);
  }

  /** For tests, which look into the commit, and for listeners. */
  public static MallardServer start(ServerConfig config, CommitHook hook, ServerEvents events) {
    return start(
        config,
        hook,
        events,
        (resources, authorities) ->
            new SignInSetup(config.security(), resources, authorities).open());
  }

  /**
   * For tests, which decide themselves who may come in.
   *
   * @param signIn opens it, given what closes things with the server, and the authorities of
   *     clients' certificates
   */
  static MallardServer start(
      ServerConfig config,
      CommitHook hook,
      ServerEvents events,
      BiFunction<Closer, ClientAuthorities, SignIn> signIn) {
    try {
      return new MallardServer(config, hook, events, signIn);
    } catch (IOException e) {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION, "cannot start: " + e.getMessage(), e);
    }
  }

  private MallardServer(
      ServerConfig config,
      CommitHook hook,
      ServerEvents listener,
      BiFunction<Closer, ClientAuthorities, SignIn> signInOpening)
      throws IOException {
    this.config = config;
    LimitConfig limits = config.security().limits();
    this.callerLimits = new CallerLimits(limits.streams(), limits.connections());
    this.live = new LiveCalls(callerLimits);
    this.intake = new Intake(config.receiveBytes(), MallardServer::isDirectMemoryScarce);
    try (Closer onFailure = new Closer()) {
      onFailure.add(resources);
      InetSocketAddress address = new InetSocketAddress(config.host(), config.port());
      if (!address.isUnresolved()) {
        Exposure.check(address.getAddress(), config.security());
      }
      Optional<AuditTrail> audit =
          AuditTrail.open(config.security().audit(), () -> fault.complete(null));
      audit.ifPresent(resources::add);
      this.auditGate = new AuditGate(audit);
      ServerEvents events =
          ServerEvents.all(listener, audit.isPresent() ? audit.get() : ServerEvents.NONE);
      ClientAuthorities authorities = new ClientAuthorities();
      SignIn signIn = signInOpening.apply(resources, authorities);
      this.allocator = resources.add(new RootAllocator(config.memoryBytes()), SharedMemory::close);
      ExecutorService workers =
          resources.add(Workers.pool("mallard-call", Workers.CALLS), Workers::shutDown);
      ExecutorService codecs =
          resources.add(
              Workers.pool("mallard-codec", Runtime.getRuntime().availableProcessors()),
              Workers::shutDown);
      ParquetFormat parquet = new ParquetFormat(WriterOptions.defaults(), codecs);
      FileMappings mappings = resources.add(new FileMappings(MOST_MAPPED_BYTES, KEPT_MAPPED));
      FeatherFormat feather = new FeatherFormat(mappings);
      Formats formats = new Formats(List.of(parquet, feather));
      VersionLeases leases = new VersionLeases(config.lease(), Clock.systemUTC());
      ServerFolders folders = new ServerFolders(config, leases, hook, resources);
      DataFolder folder = folders.data();
      Path cache = folders.cache();
      DiskBudget disk = new DiskBudget(config.cacheBytes());
      disk.onDeletion(mappings::unmapDeleted);
      DerivedForms derived =
          resources.add(new DerivedForms(cache, disk, feather, allocator, events));
      ParquetForms forSql =
          new ParquetForms(
              cache.resolve("parquet"),
              disk,
              new DiskBudget(config.sql().temporaryBytes()),
              parquet,
              allocator,
              events);
      this.catalog =
          new Catalog(folder, config.mounts(), formats, leases, derived, forSql, allocator);
      MountCheck.check(config.mounts(), catalog);
      NameClaims claims = new NameClaims();
      this.queries =
          new SqlSetup(config, folders, resources, new EngineNews(health, events))
              .open(catalog, disk, claims, allocator, events);
      Changes changes =
          new Changes(
              catalog,
              folder,
              formats,
              new TableNames(queries, claims),
              limits(config),
              allocator,
              events,
              config.security().limits().quotaBytes());
      ExecutorService statements =
          resources.add(Workers.unbounded("mallard-sql"), Workers::shutDown);
      FlightOptions options =
          new FlightOptions(
              messages(config),
              READY_THRESHOLD_BYTES,
              limits(config),
              new SessionLimits(
                  config.sql().sessionIdle(), SessionLimits.DEFAULT.sessions(), limits.sessions()),
              new ServerFacts(
                  Version.current(),
                  config.readOnly(),
                  config.sql().timeout(),
                  config.sql().transactionIdle()));
      this.flight = new FlightRpc(catalog, changes, queries, statements, allocator, live, options);
      ScheduledExecutorService timer =
          resources.add(
              Executors.newSingleThreadScheduledExecutor(Workers.named("mallard-timer")),
              Workers::shutDown);
      timer.scheduleWithFixedDelay(
          flight::expireSessions, SESSION_CHECK_SECONDS, SESSION_CHECK_SECONDS, TimeUnit.SECONDS);
      Door door = new Door(signIn, live, workers, timer, HANDSHAKE_PATIENCE);
      timer.scheduleWithFixedDelay(
          new Revocation(signIn, door, flight::endWhere, statements),
          REVOCATION_CHECK_MILLIS,
          REVOCATION_CHECK_MILLIS,
          TimeUnit.MILLISECONDS);
      Tls tls =
          resources.add(
              Tls.open(
                  config.security().tls(),
                  config.host(),
                  folders::ownCertificate,
                  timer,
                  authorities::trust));
      this.grpc = listen(address, tls, flight.definition(door), door, workers, events);
      nowServing();
      SignInSetup.log(signIn, config.host(), port());
      tls.log(config.host(), port());
      onFailure.release();
    }
  }

  /** Netty's own count, which is -1 where it cannot count. */
  private static boolean isDirectMemoryScarce() {
    return PlatformDependent.usedDirectMemory() > PlatformDependent.maxDirectMemory() / 8 * 7;
  }

  /** A message may become as large as it may come. */
  private static CheckLimits limits(ServerConfig config) {
    CheckLimits usual = CheckLimits.DEFAULT;
    long bytes = config.maxUploadMessageBytes();
    return new CheckLimits(usual.rows(), bytes, bytes, usual.ratio());
  }

  private static MessageLimit messages(ServerConfig config) {
    long most = config.maxMessageBytes();
    return new MessageLimit(most, Math.min(most, MOST_COPIED_BYTES));
  }

  private Server listen(
      InetSocketAddress address,
      Tls tls,
      ServerServiceDefinition flight,
      Door door,
      ExecutorService workers,
      ServerEvents events) {
    CallIds ids = new CallIds(Clock.systemUTC());
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .executor(workers)
            .addStreamTracerFactory(intake)
            .addTransportFilter(new PeerOf())
            .addTransportFilter(callerLimits)
            .intercept(new FailedCalls(ids))
            .addService(
                ServerInterceptors.intercept(
                    flight,
                    new EndpointLocations(config.endpointLocations()),
                    intake.interceptor(),
                    auditGate,
                    gate))
            .maxInboundMessageSize(Math.toIntExact(config.maxUploadMessageBytes()))
            .maxInboundMetadataSize(MAX_HEADER_BYTES)
            .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
            .flowControlWindow(window(config.receiveBytes()))
            .withChildOption(ChannelOption.WRITE_BUFFER_WATER_MARK, SocketBuffers.WRITE)
            .withChildOption(ChannelOption.RECVBUF_ALLOCATOR, SocketBuffers.READ)
            .handshakeTimeout(HANDSHAKE_PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .keepAliveTime(60, TimeUnit.SECONDS)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(health.getHealthService())
            // Load balancers ask for health, and cannot sign in; what is served here is for
            // callers.
            .addService(
                ServerInterceptors.intercept(
                    ProtoReflectionServiceV1.newInstance(), door, auditGate))
            .addService(ServerInterceptors.intercept(oldReflection(), door, auditGate));
    tls.applyTo(builder);
    if (events != ServerEvents.NONE) {
      builder.addStreamTracerFactory(new CallEvents(events, ids));
    }
    Server server = builder.build();
    try {
      return server.start();
    } catch (IOException e) {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "cannot listen on "
              + config.host()
              + ":"
              + config.port()
              + ": the address is in use or not this machine's; choose another --port or --host",
          e);
    }
  }

  /** v1alpha, which is all that grpcurl before 1.9 and other tools of its time know. */
  @SuppressWarnings("deprecation")
  private static BindableService oldReflection() {
    return io.grpc.protobuf.services.ProtoReflectionService.newInstance();
  }

  /**
   * What a connection may send that no call has asked for. It is not the intake's, which counts
   * messages that were asked for, so it is small where memory is.
   */
  private static int window(long receiveBytes) {
    return (int) Math.max(MIN_WINDOW_BYTES, Math.min(MAX_WINDOW_BYTES, receiveBytes / 128));
  }

  private void nowServing() {
    for (String service : HEALTHY_SERVICES) {
      health.setStatus(service, ServingStatus.SERVING);
    }
  }

  public int port() {
    return grpc.getPort();
  }

  public int datasets() {
    return catalog.count();
  }

  /** Arrow memory in use now, in bytes; for tests and metrics. */
  public long allocatedBytes() {
    return allocator.getAllocatedMemory();
  }

  /** What messages hold that are being received, in bytes; for tests and metrics. */
  public long receivedBytes() {
    return intake.held();
  }

  /** What is kept for clients between their calls; for tests and metrics. */
  public int kept() {
    return flight.kept();
  }

  /** Statements that run now; for tests and metrics. */
  public int runningStatements() {
    return flight.runningStatements();
  }

  /** The calls under way that were let in. */
  public LiveCalls liveCalls() {
    return live;
  }

  /**
   * Done when this server does not serve any more, though nobody has stopped it: then it is to be
   * drained. The log says why.
   */
  public CompletionStage<@Nullable Void> fault() {
    return fault;
  }

  /** What callers whose names are proved use now, by name; for tests and metrics. */
  public Map<String, CallerLimits.Use> callers() {
    return callerLimits.uses();
  }

  /** Statements that run or wait now; for tests and metrics. */
  public int statements() {
    return queries.running() + queries.waiting();
  }

  /** Calls under way now. */
  public int runningCalls() {
    return gate.running();
  }

  /**
   * Turns new calls away, lets running ones finish for as long as the configuration says, then
   * stops.
   *
   * @return whether all of them finished
   */
  public boolean drain() {
    health.enterTerminalState();
    gate.close();
    LOG.info(
        "draining: {} calls under way, at most {} s", gate.running(), config.grace().toSeconds());
    boolean idle = false;
    try {
      idle = gate.awaitIdle(config.grace());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
    return idle;
  }

  @Override
  public void close() {
    grpc.shutdownNow();
    try {
      if (!grpc.awaitTermination(10, TimeUnit.SECONDS) || !gate.awaitIdle(Duration.ofSeconds(10))) {
        LOG.warn("some calls did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      resources.close();
    } catch (RuntimeException e) {
      LOG.warn("while stopping", e);
    }
  }
}

package dev.mallard.flight.rpc;

import dev.mallard.access.OpenSignIn;
import dev.mallard.arrow.CheckLimits;
import dev.mallard.arrow.MessageLimit;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.Changes;
import dev.mallard.catalog.Formats;
import dev.mallard.catalog.OtherNames;
import dev.mallard.duckdb.DuckEngine;
import dev.mallard.duckdb.DuckOptions;
import dev.mallard.events.ServerEvents;
import dev.mallard.flight.auth.Door;
import dev.mallard.flight.auth.LiveCalls;
import dev.mallard.flight.session.SessionLimits;
import dev.mallard.flight.sql.ServerFacts;
import dev.mallard.links.DatasetLinks;
import dev.mallard.parquet.ParquetFormat;
import dev.mallard.parquet.WriterOptions;
import dev.mallard.query.NameClaims;
import dev.mallard.query.QueryLimits;
import dev.mallard.query.QueryService;
import dev.mallard.query.SqlEngine;
import dev.mallard.store.CommitHook;
import dev.mallard.store.DataFolder;
import dev.mallard.store.DiskBudget;
import dev.mallard.store.VersionLeases;
import dev.mallard.store.derived.DerivedForms;
import dev.mallard.store.derived.ParquetForms;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** The service with the SQL engine behind it, on a free port, and clients. Checks for leaks. */
final class SqlServiceFixture implements AutoCloseable {
  private final BufferAllocator serverMemory = new RootAllocator();
  final BufferAllocator clientMemory = new RootAllocator();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final ExecutorService blocking = Executors.newCachedThreadPool();
  private final ExecutorService calls;
  private final Server server;

  SqlServiceFixture(Path root) throws IOException {
    this(root, 16, engine -> engine);
  }

  /**
   * @param callThreads that serve all calls but those that may block
   * @param shape of the engine
   */
  SqlServiceFixture(Path root, int callThreads, UnaryOperator<SqlEngine> shape) throws IOException {
    this.calls = Executors.newFixedThreadPool(callThreads);
    Path data = Files.createDirectories(root.resolve("data"));
    FeatherFormat feather = new FeatherFormat();
    ParquetFormat parquet = new ParquetFormat(WriterOptions.defaults(), Runnable::run);
    Formats formats = new Formats(List.of(parquet, feather));
    VersionLeases leases = new VersionLeases(Duration.ofMinutes(1), Clock.systemUTC());
    DataFolder folder =
        added(
            DataFolder.open(
                data,
                new DataFolder.Options(false, 1, leases, CommitHook.NONE, Clock.systemUTC())));
    DiskBudget disk = new DiskBudget(1L << 30);
    DerivedForms derived = added(new DerivedForms(root.resolve("cache"), disk, serverMemory));
    ParquetForms forms =
        new ParquetForms(
            root.resolve("forms"), disk, disk, parquet, serverMemory, ServerEvents.NONE);
    Catalog catalog = new Catalog(folder, List.of(), formats, leases, derived, forms, serverMemory);
    DuckOptions duck =
        new DuckOptions(
            root.resolve("tables.duckdb"),
            root.resolve("work"),
            512L << 20,
            2,
            1L << 30,
            false,
            false);
    DuckEngine engine =
        added(
            DuckEngine.open(
                duck,
                added(DatasetLinks.in(root.resolve("links"), catalog, new NameClaims())),
                serverMemory));
    Duration while5 = Duration.ofMinutes(5);
    QueryLimits limits = new QueryLimits(4, 8, 0, while5, while5, while5, while5, while5, 1L << 30);
    QueryService queries =
        added(
            new QueryService(
                shape.apply(engine),
                limits,
                root.resolve("spool"),
                disk,
                feather,
                serverMemory,
                ServerEvents.NONE));
    LiveCalls live = new LiveCalls();
    FlightRpc rpc =
        new FlightRpc(
            catalog,
            new Changes(
                catalog,
                folder,
                formats,
                OtherNames.NONE,
                CheckLimits.DEFAULT,
                serverMemory,
                ServerEvents.NONE),
            queries,
            blocking,
            serverMemory,
            live,
            new FlightOptions(
                MessageLimit.of(1 << 20),
                256 << 10,
                CheckLimits.DEFAULT,
                SessionLimits.DEFAULT,
                new ServerFacts("test", false, while5, while5)));
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    added(timer::shutdownNow);
    Door door = new Door(new OpenSignIn(), live, blocking, timer, while5);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .executor(calls)
            .addService(rpc.definition(door))
            .addService(new HealthStatusManager().getHealthService())
            .build()
            .start();
  }

  private <T extends AutoCloseable> T added(T resource) {
    open.push(resource);
    return resource;
  }

  int port() {
    return server.getPort();
  }

  /** With a cookie jar of its own. */
  FlightClient client() {
    return added(
        FlightClient.builder(clientMemory, Location.forGrpcInsecure("127.0.0.1", port()))
            .intercept(new ClientCookieMiddleware.Factory())
            .build());
  }

  FlightSqlClient sqlClient() {
    return new FlightSqlClient(client());
  }

  @Override
  public void close() throws Exception {
    server.shutdownNow();
    server.awaitTermination(10, TimeUnit.SECONDS);
    calls.shutdown();
    calls.awaitTermination(10, TimeUnit.SECONDS);
    blocking.shutdown();
    blocking.awaitTermination(10, TimeUnit.SECONDS);
    while (!open.isEmpty()) {
      open.pop().close();
    }
    // They throw if anything is left.
    clientMemory.close();
    serverMemory.close();
  }
}

package dev.mallard.server;

import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.catalog.Catalog;
import dev.mallard.duckdb.DuckEngine;
import dev.mallard.duckdb.DuckOptions;
import dev.mallard.engine.EngineRoom;
import dev.mallard.engine.ResultsFolder;
import dev.mallard.engine.process.EngineBudget;
import dev.mallard.engine.process.EngineListener;
import dev.mallard.engine.process.EngineSettings;
import dev.mallard.error.Closer;
import dev.mallard.events.ServerEvents;
import dev.mallard.links.DatasetLinks;
import dev.mallard.query.NameClaims;
import dev.mallard.query.QueryLimits;
import dev.mallard.query.QueryService;
import dev.mallard.query.SqlDatasets;
import dev.mallard.query.SqlEngine;
import dev.mallard.store.DataFolder;
import dev.mallard.store.DiskBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** Puts SQL together: where its files are, and what it may use. */
final class SqlSetup {
  private static final String DATABASE = "tables.duckdb";

  private final ServerConfig config;
  private final ServerFolders folders;
  private final Closer resources;
  private final EngineListener news;

  /**
   * @param resources close what is opened here
   * @param news hears how the engine is
   */
  SqlSetup(ServerConfig config, ServerFolders folders, Closer resources, EngineListener news) {
    this.config = config;
    this.folders = folders;
    this.resources = resources;
    this.news = news;
  }

  QueryService open(
      Catalog catalog,
      DiskBudget disk,
      NameClaims claims,
      BufferAllocator allocator,
      ServerEvents events)
      throws IOException {
    SqlConfig sql = config.sql();
    Path work = folders.sql();
    SqlDatasets datasets =
        resources.add(DatasetLinks.in(work.resolve("datasets"), catalog, claims));
    SqlEngine engine =
        switch (sql.engine()) {
          case IN_PROCESS -> {
            SqlEngine inProcess = resources.add(inProcess(work, datasets, allocator));
            news.ready(Duration.ZERO);
            yield inProcess;
          }
          case PROCESS -> resources.add(behindTheWall(work, datasets, allocator));
        };
    QueryLimits limits =
        new QueryLimits(
            sql.concurrent(),
            sql.queued(),
            config.security().limits().statements(),
            sql.timeout(),
            sql.transactionIdle(),
            sql.streamIdle(),
            sql.sessionIdle(),
            config.lease(),
            config.spoolMemoryBytes());
    return resources.add(
        new QueryService(
            engine, limits, work.resolve("results"), disk, new FeatherFormat(), allocator, events));
  }

  private DuckEngine inProcess(Path work, SqlDatasets datasets, BufferAllocator allocator)
      throws IOException {
    return DuckEngine.open(
        options(database(), work, config.sql().memoryBytes()), datasets, allocator);
  }

  private DuckOptions options(@Nullable Path database, Path work, long memoryBytes) {
    SqlConfig sql = config.sql();
    return new DuckOptions(
        database,
        work.resolve("engine"),
        sql.memoryBytes(),
        memoryBytes,
        sql.threads(),
        sql.temporaryBytes(),
        sql.allowFileAccess(),
        config.readOnly());
  }

  private EngineRoom behindTheWall(Path work, SqlDatasets datasets, BufferAllocator allocator)
      throws IOException {
    SqlConfig sql = config.sql();
    Path kept = database();
    Path database = kept == null ? passing(work) : kept;
    ResultsFolder results = resources.add(ResultsFolder.create(work));
    long memory = EngineBudget.of(sql.memoryBytes()).databaseBytes();
    DuckOptions options = options(database, work, memory);
    Files.createDirectories(options.work());
    List<Path> writable = new ArrayList<>(List.of(options.work(), results.path()));
    Path beside = database.getParent();
    if (beside != null && !config.readOnly()) {
      writable.add(beside);
    }
    List<Path> readable =
        ReadableFiles.of(
            config,
            folders.cache(),
            List.of(datasets.folder(), database.toAbsolutePath().getParent()));
    EngineSettings settings =
        new EngineSettings(
            work.resolve("process"), sql.memoryBytes(), writable, readable, sql.allowFileAccess());
    return new EngineRoom(options, settings, results.path(), datasets, allocator, news);
  }

  /** For tables that are as long as the server, which outlives the engine. */
  private static Path passing(Path work) throws IOException {
    Path folder = work.resolve("tables");
    if (Files.isDirectory(folder)) {
      TemporaryFolders.delete(folder);
    }
    return Files.createDirectories(folder).resolve(DATABASE);
  }

  /**
   * In a folder of its own, which is all that the engine may write of what is kept; earlier
   * releases had it beside other things. Null where nothing can be kept: then tables are gone with
   * the server.
   */
  private @Nullable Path database() throws IOException {
    if (config.sql().database().isPresent()) {
      return config.sql().database().get().toAbsolutePath();
    }
    DataFolder folder = folders.data();
    if (folder == null) {
      return null;
    }
    Path reserved = folder.root().resolve(DataFolder.RESERVED).toAbsolutePath();
    Path hidden = reserved.resolve("tables").resolve(DATABASE);
    Path earlier = reserved.resolve(DATABASE);
    if (folder.readOnly()) {
      return Stream.of(hidden, earlier).filter(Files::exists).findFirst().orElse(null);
    }
    Files.createDirectories(reserved.resolve("tables"));
    for (String suffix : List.of(".wal", "")) {
      Path file = earlier.resolveSibling(DATABASE + suffix);
      if (Files.exists(file) && Files.notExists(hidden.resolveSibling(DATABASE + suffix))) {
        Files.move(file, hidden.resolveSibling(DATABASE + suffix));
      }
    }
    return hidden;
  }
}

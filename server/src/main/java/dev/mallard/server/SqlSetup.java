package dev.mallard.server;

import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.catalog.Catalog;
import dev.mallard.duckdb.DuckEngine;
import dev.mallard.duckdb.DuckOptions;
import dev.mallard.error.Closer;
import dev.mallard.events.ServerEvents;
import dev.mallard.links.DatasetLinks;
import dev.mallard.query.NameClaims;
import dev.mallard.query.QueryLimits;
import dev.mallard.query.QueryService;
import dev.mallard.query.SqlDatasets;
import dev.mallard.store.DataFolder;
import dev.mallard.store.DiskBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** Puts SQL together: where its files are, and what it may use. */
final class SqlSetup {
  private final ServerConfig config;
  private final ServerFolders folders;
  private final Closer resources;

  /**
   * @param resources close what is opened here
   */
  SqlSetup(ServerConfig config, ServerFolders folders, Closer resources) {
    this.config = config;
    this.folders = folders;
    this.resources = resources;
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
    DuckOptions options =
        new DuckOptions(
            database(folders.data()),
            work.resolve("engine"),
            sql.memoryBytes(),
            sql.threads(),
            sql.temporaryBytes(),
            sql.allowFileAccess(),
            config.readOnly());
    DuckEngine engine = resources.add(DuckEngine.open(options, datasets, allocator));
    QueryLimits limits =
        new QueryLimits(
            sql.concurrent(),
            sql.queued(),
            config.security().limits().statements(),
            sql.timeout(),
            sql.transactionIdle(),
            sql.sessionIdle(),
            config.lease(),
            config.spoolMemoryBytes());
    return resources.add(
        new QueryService(
            engine, limits, work.resolve("results"), disk, new FeatherFormat(), allocator, events));
  }

  /** Null where nothing can be kept: then tables are in memory, and gone with the server. */
  private @Nullable Path database(@Nullable DataFolder folder) {
    if (config.sql().database().isPresent()) {
      return config.sql().database().get().toAbsolutePath();
    }
    if (folder == null) {
      return null;
    }
    Path hidden =
        folder.root().resolve(DataFolder.RESERVED).resolve("tables.duckdb").toAbsolutePath();
    return folder.readOnly() && !Files.exists(hidden) ? null : hidden;
  }
}

package dev.mallard.links;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.Dataset;
import dev.mallard.catalog.DatasetName;
import dev.mallard.catalog.NamePattern;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.NameClaims;
import dev.mallard.query.SqlDataset;
import dev.mallard.query.SqlDatasets;
import dev.mallard.query.SqlMetadata;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalog's datasets for an engine that reads files by name: each version that is asked for
 * gets a folder of links of its own, below one whose name is random and never told to users.
 */
public final class DatasetLinks implements SqlDatasets, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetLinks.class);
  private static final long LONGEST_END_SECONDS = 30;

  private final Catalog catalog;
  private final NameClaims claims;
  private final Path folder;
  private final AtomicLong next = new AtomicLong();

  /** Idle ones end by themselves. */
  private final ExecutorService making =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "sql-form");
            thread.setDaemon(true);
            return thread;
          });

  private DatasetLinks(Catalog catalog, NameClaims claims, Path folder) {
    this.catalog = catalog;
    this.claims = claims;
    this.folder = folder;
  }

  /**
   * @param work a folder of its own, on a file system where links to the datasets are possible;
   *     emptied
   * @param claims those that datasets make, too
   */
  public static DatasetLinks in(Path work, Catalog catalog, NameClaims claims) throws IOException {
    if (Files.isDirectory(work)) {
      Links.delete(work);
    }
    byte[] secret = new byte[16];
    new SecureRandom().nextBytes(secret);
    Path folder = work.resolve("links-" + HexFormat.of().formatHex(secret));
    Files.createDirectories(folder);
    return new DatasetLinks(catalog, claims, folder);
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public Map<DatasetTable, String> versions() {
    Map<DatasetTable, String> versions = new LinkedHashMap<>();
    catalog
        .currentVersions()
        .forEach(
            (name, version) -> {
              DatasetTable table = table(name);
              if (isNameable(table)) {
                versions.put(table, version);
              }
            });
    return versions;
  }

  /** Files may have names that no dataset can be asked for by. */
  private static boolean isNameable(DatasetTable table) {
    try {
      DatasetName.parse(table.dataset());
      return true;
    } catch (MallardException e) {
      return false;
    }
  }

  @Override
  public Set<DatasetTable> names() {
    Set<DatasetTable> names = new LinkedHashSet<>();
    catalog.names().values().forEach(name -> names.add(table(name)));
    names.removeIf(name -> !isNameable(name));
    return names;
  }

  private static DatasetTable table(DatasetName dataset) {
    List<String> segments = dataset.segments();
    int last = segments.size() - 1;
    return new DatasetTable(
        last == 0 ? SqlMetadata.MAIN : String.join("/", segments.subList(0, last)),
        segments.get(last));
  }

  @Override
  public Map<DatasetTable, String> versions(Collection<DatasetTable> names) {
    Map<DatasetTable, String> versions = new LinkedHashMap<>();
    for (DatasetTable name : names) {
      state(name).ifPresent(version -> versions.put(name, version));
    }
    return versions;
  }

  private Optional<String> state(DatasetTable name) {
    DatasetName dataset;
    try {
      dataset = DatasetName.parse(name.dataset());
    } catch (MallardException e) {
      return Optional.empty(); // No dataset can have it.
    }
    try {
      Optional<String> version = catalog.version(dataset);
      return version.isPresent() || !catalog.exists(dataset) ? version : Optional.of(UNREADABLE);
    } catch (MallardException e) {
      return Optional.of(UNREADABLE); // There are two: opening it says so.
    }
  }

  @Override
  public Map<DatasetTable, DatasetTable> find(Collection<DatasetTable> names) {
    Map<DatasetTable, DatasetTable> found = new LinkedHashMap<>();
    Map<DatasetTable, DatasetTable> byFoldedName = null;
    for (DatasetTable name : names) {
      if (exists(name)) {
        found.put(name, name);
        continue;
      }
      byFoldedName = byFoldedName == null ? foldedNames() : byFoldedName;
      DatasetTable other = byFoldedName.get(name.folded());
      if (other != null) {
        found.put(name, other);
      }
    }
    return found;
  }

  private Map<DatasetTable, DatasetTable> foldedNames() {
    Map<DatasetTable, DatasetTable> names = new HashMap<>();
    for (DatasetName dataset : catalog.names().values()) {
      names.putIfAbsent(table(dataset).folded(), table(dataset));
    }
    return names;
  }

  @Override
  public SqlDataset open(DatasetTable name) {
    DatasetName dataset = DatasetName.parse(name.dataset());
    Path place = folder.resolve("v" + next.getAndIncrement());
    try {
      return new LinkedDataset(catalog, name, new Links(place, catalog.pin(dataset), making));
    } catch (IOException e) {
      throw StorageErrors.translate("preparing dataset '" + dataset + "' for SQL", e);
    }
  }

  @Override
  public NameClaims.Claim claim(DatasetTable name) {
    try (Closer onFailure = new Closer()) {
      NameClaims.Claim claim =
          onFailure.add(
              claims.claim(name, NameClaims.Taker.TABLE).orElseThrow(() -> isTaken(name)));
      if (!find(List.of(name)).isEmpty()) {
        throw isTaken(name);
      }
      onFailure.release();
      return claim;
    }
  }

  private static MallardException isTaken(DatasetTable name) {
    return new MallardException(
        ErrorCode.ALREADY_EXISTS,
        "SQL: there is a dataset '"
            + name.dataset()
            + "'; choose another name, or drop the dataset");
  }

  @Override
  public List<Listed> list() {
    Map<String, DatasetName> names = catalog.names();
    List<Listed> listed = new ArrayList<>();
    for (Dataset dataset : catalog.list(NamePattern.ALL).toList()) {
      DatasetName name = names.get(dataset.file());
      if (name != null) {
        listed.add(new Listed(table(name), dataset.schema()));
      }
    }
    return listed;
  }

  /** Waits for what is being made; nobody wants it any more, so it ends soon. */
  @Override
  public void close() {
    making.shutdown();
    try {
      if (!making.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("a dataset is still being prepared for SQL");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** All rows of a version, if it is still kept. */
  static Optional<BatchStream> read(Catalog catalog, Dataset dataset) {
    try {
      return Optional.of(catalog.read(dataset.name(), dataset.version(), RowRange.ALL));
    } catch (MallardException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      return Optional.empty();
    }
  }
}

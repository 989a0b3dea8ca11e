package dev.mallard.duckdb;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.Dataset;
import dev.mallard.catalog.DatasetName;
import dev.mallard.catalog.PinnedDataset;
import dev.mallard.error.MallardException;
import dev.mallard.query.SqlMetadata;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a view for each dataset that was asked for, over links to the files of exactly one version.
 * A view is renewed when its dataset has another version; the old links stay for as long as
 * somebody holds them. Thread-safe.
 *
 * <p>Looking at a view's version and binding a statement to it must not be torn apart: statements
 * are bound inside {@link #bind}.
 */
final class DatasetViews implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetViews.class);

  private final Catalog catalog;
  private final Path links;
  private final DuckDBConnection connection;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** By folded name. Written under the write lock. */
  private final Map<ViewName, View> views = new HashMap<>();

  private final AtomicLong nextLink = new AtomicLong();

  /**
   * @param connection of its own; closed with it
   */
  DatasetViews(Catalog catalog, Path links, DuckDBConnection connection) {
    this.catalog = catalog;
    this.links = links;
    this.connection = connection;
  }

  /** One version of a dataset, as a view. */
  private static final class View {
    final ViewName name;
    final DatasetName dataset;
    final String version;
    final Path folder;

    /** Guarded by itself. */
    private int holders;

    private boolean retired;

    View(ViewName name, DatasetName dataset, String version, Path folder) {
      this.name = name;
      this.dataset = dataset;
      this.version = version;
      this.folder = folder;
    }

    synchronized void hold() {
      holders++;
    }

    void release() {
      change(-1, false);
    }

    void retire() {
      change(0, true);
    }

    private synchronized void change(int count, boolean retire) {
      holders += count;
      retired |= retire;
      if (retired && holders == 0) {
        delete(folder);
      }
    }
  }

  /** One version of a dataset. */
  record Version(DatasetName dataset, String version) {}

  /** Views that keep their files for as long as this is open. */
  static final class Hold implements AutoCloseable {
    static final Hold NONE = new Hold(List.of());

    private final List<View> views;
    private boolean closed;

    private Hold(List<View> views) {
      this.views = views;
      views.forEach(View::hold);
    }

    /**
     * Which version of which dataset a name stands for.
     *
     * @return empty if it is none of these views'
     */
    Optional<Version> version(ViewName name) {
      return views.stream()
          .filter(view -> view.name.folded().equals(name.folded()))
          .map(view -> new Version(view.dataset, view.version))
          .findFirst();
    }

    /** The schemas of its views, but for {@code main}. */
    Set<String> schemas() {
      return views.stream()
          .map(view -> view.name.schema())
          .filter(schema -> !schema.equalsIgnoreCase(SqlMetadata.MAIN))
          .collect(Collectors.toSet());
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        views.forEach(View::release);
      }
    }
  }

  /** What is done while no view changes. */
  interface Binding<T> {
    T bind(Hold hold) throws SQLException;
  }

  /** Binds a statement to the views among {@code names} as they are now. */
  <T> T bind(Collection<ViewName> names, Binding<T> binding) throws SQLException {
    lock.readLock().lock();
    try {
      Hold hold = new Hold(known(names));
      boolean bound = false;
      try {
        T result = binding.bind(hold);
        bound = true;
        return result;
      } finally {
        if (!bound) {
          hold.close();
        }
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Keeps all views' files as they are now, for a transaction. */
  <T> T bindAll(Binding<T> binding) throws SQLException {
    return bind(allNames(), binding);
  }

  private List<ViewName> allNames() {
    lock.readLock().lock();
    try {
      return List.copyOf(views.keySet());
    } finally {
      lock.readLock().unlock();
    }
  }

  private List<View> known(Collection<ViewName> names) {
    return names.stream()
        .map(name -> views.get(name.folded()))
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  /**
   * All rows of a version, if its messages are what a result of this schema would be.
   *
   * @param result of the engine, for the same rows
   */
  Optional<BatchStream> whole(Version version, Schema result) {
    try (PinnedDataset pinned = catalog.pin(version.dataset(), version.version())) {
      return WholeDataset.fits(pinned.dataset().schema(), result)
          ? Optional.of(new WholeDataset.Renamed(pinned.read(RowRange.ALL), result))
          : Optional.empty();
    }
  }

  /** Whether a view of this name is there. */
  boolean isKnown(ViewName name) {
    lock.readLock().lock();
    try {
      return views.containsKey(name.folded());
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Renews those among {@code names} whose datasets have other versions now, or are gone. */
  void refresh(Collection<ViewName> names) throws SQLException {
    List<View> stale = stale(names);
    if (stale.isEmpty()) {
      return;
    }
    lock.writeLock().lock();
    try {
      for (View view : stale(names)) {
        renew(view);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Under the write lock. Better no view than one of what is not there any more. */
  private void renew(View view) throws SQLException {
    boolean renewed = false;
    try {
      if (catalog.version(view.dataset).isPresent()) {
        create(view.name, view.dataset);
        renewed = true;
      }
    } finally {
      if (!renewed) {
        drop(view);
      }
    }
  }

  /** Whether no dataset among these has been replaced or dropped. */
  boolean isCurrent(Hold hold) {
    return hold.views.stream().allMatch(this::isCurrent);
  }

  private boolean isCurrent(View view) {
    return catalog.version(view.dataset).equals(Optional.of(view.version));
  }

  /** Lets go of the files of datasets that were replaced or dropped. */
  void dropStale() throws SQLException {
    List<ViewName> all = allNames();
    if (stale(all).isEmpty()) {
      return;
    }
    lock.writeLock().lock();
    try {
      for (View view : stale(all)) {
        drop(view);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private List<View> stale(Collection<ViewName> names) {
    lock.readLock().lock();
    try {
      List<View> stale = new ArrayList<>();
      for (View view : known(names)) {
        if (!isCurrent(view)) {
          stale.add(view);
        }
      }
      return stale;
    } finally {
      lock.readLock().unlock();
    }
  }

  void refreshAll() throws SQLException {
    refresh(allNames());
  }

  /**
   * Makes views of those among {@code names} that are datasets and have none.
   *
   * @return whether there was any
   * @throws MallardException if a dataset cannot be used
   */
  boolean add(Collection<ViewName> names) throws SQLException {
    Map<ViewName, DatasetName> found = new HashMap<>();
    Map<ViewName, DatasetName> byFoldedName = null;
    for (ViewName name : names) {
      if (isKnown(name)) {
        continue;
      }
      DatasetName dataset = exact(name);
      if (dataset == null) {
        byFoldedName = byFoldedName == null ? foldedNames() : byFoldedName;
        dataset = byFoldedName.get(name.folded());
      }
      if (dataset != null) {
        found.put(name, dataset);
      }
    }
    return addAll(found);
  }

  private @Nullable DatasetName exact(ViewName name) {
    try {
      DatasetName dataset = DatasetName.parse(name.dataset());
      return catalog.version(dataset).isPresent() ? dataset : null;
    } catch (MallardException e) {
      return null; // Not a dataset's name, or of two: then the engine says that it is unknown.
    }
  }

  private Map<ViewName, DatasetName> foldedNames() {
    Map<ViewName, DatasetName> names = new HashMap<>();
    for (DatasetName dataset : catalog.names().values()) {
      names.putIfAbsent(ViewName.of(dataset).folded(), dataset);
    }
    return names;
  }

  private boolean addAll(Map<ViewName, DatasetName> datasets) throws SQLException {
    lock.writeLock().lock();
    try {
      for (Map.Entry<ViewName, DatasetName> entry : datasets.entrySet()) {
        create(entry.getKey(), entry.getValue());
      }
    } finally {
      lock.writeLock().unlock();
    }
    return !datasets.isEmpty();
  }

  /** Runs SQL on somebody's connection. */
  interface Sql {
    void execute(String sql) throws SQLException;
  }

  /**
   * As {@link #add}, but for one connection only, whose transaction cannot see new views. Only
   * names in {@code main} can be helped so.
   *
   * @return keeps the files of what was made; empty if nothing was
   */
  Optional<Hold> addTemporary(Collection<ViewName> names, Sql sql) throws SQLException {
    List<View> made = new ArrayList<>();
    for (ViewName name : names) {
      DatasetName dataset =
          name.schema().equals(SqlMetadata.MAIN) && !isKnown(name) ? exact(name) : null;
      if (dataset != null) {
        made.add(temporary(name, dataset, sql));
      }
    }
    if (made.isEmpty()) {
      return Optional.empty();
    }
    Hold hold = new Hold(made);
    made.forEach(View::retire);
    return Optional.of(hold);
  }

  private View temporary(ViewName name, DatasetName datasetName, Sql sql) throws SQLException {
    Path folder = newFolder();
    boolean created = false;
    try (PinnedDataset pinned = catalog.pin(datasetName)) {
      Dataset dataset = pinned.dataset();
      String view = "CREATE OR REPLACE TEMP VIEW " + SqlNames.quote(name.table());
      sql.execute(view + " AS " + select(dataset, link(pinned, folder)));
      created = true;
      return new View(name, datasetName, dataset.version(), folder);
    } finally {
      if (!created) {
        delete(folder);
      }
    }
  }

  /** Whether datasets are in this schema; then it can be in a search path. */
  boolean hasSchema(String schema) throws SQLException {
    lock.readLock().lock();
    try {
      if (views.values().stream().anyMatch(view -> view.name.schema().equals(schema))) {
        return true;
      }
    } finally {
      lock.readLock().unlock();
    }
    boolean exists =
        catalog.names().values().stream()
            .anyMatch(dataset -> ViewName.of(dataset).schema().equals(schema));
    if (exists) {
      lock.writeLock().lock();
      try {
        execute("CREATE SCHEMA IF NOT EXISTS " + catalogAndSchema(schema));
      } finally {
        lock.writeLock().unlock();
      }
    }
    return exists;
  }

  /**
   * Makes views of all datasets that have none; those that cannot be used are left out.
   *
   * @param most if there are more without one, nothing is made
   */
  void addEverything(int most) throws SQLException {
    Map<ViewName, DatasetName> missing = foldedNames();
    missing.keySet().removeIf(this::isKnown);
    if (missing.size() > most) {
      return;
    }
    for (Map.Entry<ViewName, DatasetName> entry : missing.entrySet()) {
      try {
        addAll(Map.of(ViewName.of(entry.getValue()), entry.getValue()));
      } catch (MallardException | SQLException e) {
        LOG.debug("dataset '{}' cannot be used in SQL", entry.getValue(), e);
      }
    }
  }

  /** Under the write lock. */
  private void create(ViewName name, DatasetName datasetName) throws SQLException {
    Path folder = newFolder();
    String version;
    boolean created = false;
    try (PinnedDataset pinned = catalog.pin(datasetName)) {
      Dataset dataset = pinned.dataset();
      version = dataset.version();
      List<Dataset.LinkedFile> files = link(pinned, folder);
      execute("CREATE SCHEMA IF NOT EXISTS " + catalogAndSchema(name.schema()));
      execute("CREATE OR REPLACE VIEW " + name.quoted() + " AS " + select(dataset, files));
      created = true;
    } finally {
      if (!created) {
        delete(folder);
      }
    }
    View view = new View(name, datasetName, version, folder);
    View before = views.put(name.folded(), view);
    if (before != null) {
      before.retire();
    }
  }

  private Path newFolder() {
    return links.resolve("v" + nextLink.getAndIncrement());
  }

  private static List<Dataset.LinkedFile> link(PinnedDataset dataset, Path folder) {
    try {
      Files.createDirectories(folder);
      return dataset.link(folder);
    } catch (IOException e) {
      throw StorageErrors.translate(
          "preparing dataset '" + dataset.dataset().name() + "' for SQL", e);
    }
  }

  /** Under the write lock. */
  private void drop(View view) throws SQLException {
    views.remove(view.name.folded());
    execute("DROP VIEW IF EXISTS " + view.name.quoted());
    view.retire();
  }

  private static String catalogAndSchema(String schema) {
    return SqlNames.quote(SqlMetadata.DATASETS) + "." + SqlNames.quote(schema);
  }

  /** What reads a dataset's files. */
  static String select(Dataset dataset, List<Dataset.LinkedFile> files) {
    String list =
        files.stream()
            .map(file -> SqlNames.literal(file.file().toString()))
            .collect(Collectors.joining(", "));
    List<Field> partitions = dataset.partitionColumns();
    String hive = "hive_partitioning = " + !partitions.isEmpty();
    if (!partitions.isEmpty()) {
      hive +=
          ", hive_types = {"
              + partitions.stream()
                  .map(field -> SqlNames.literal(field.getName()) + ": " + hiveType(field))
                  .collect(Collectors.joining(", "))
              + "}";
    }
    return "SELECT * FROM read_parquet([" + list + "], " + hive + ")";
  }

  private static String hiveType(Field field) {
    return field.getType() instanceof ArrowType.Int ? "BIGINT" : "VARCHAR";
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.warn("links of a dataset's old version could not be deleted", e);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

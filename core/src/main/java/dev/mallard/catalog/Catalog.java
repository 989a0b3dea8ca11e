package dev.mallard.catalog;

import dev.mallard.access.Caller;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.MallardException;
import dev.mallard.store.DataFolder;
import dev.mallard.store.VersionLeases;
import dev.mallard.store.derived.DerivedForms;
import dev.mallard.store.derived.ParquetForms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What datasets there are: those of the data folder, and what the operator mounted under a name.
 * Answers are immutable versions. Thread-safe; keeps nothing but facts about versions (footers,
 * listings), because the folder itself is the truth.
 *
 * <pre>
 * name ─► Names ─► Source ─► DatasetOpener ─► PinnedDataset ─► read, link, lease
 *         (nothing opened)   (version, footers)
 * </pre>
 */
public final class Catalog {
  private final @Nullable DataFolder folder;
  private final Formats formats;
  private final VersionLeases leases;
  private final FooterCache footers = new FooterCache(Runtime.getRuntime().maxMemory() / 8);
  private final Names names;
  private final DatasetOpener opener;
  private final Listing listing;
  private final History history;

  /**
   * @param folder null if only mounts are served
   */
  public Catalog(
      @Nullable DataFolder folder,
      List<Mount> mounts,
      Formats formats,
      VersionLeases leases,
      DerivedForms forms,
      ParquetForms parquetForms,
      BufferAllocator allocator) {
    this(
        folder,
        mounts,
        formats,
        leases,
        new DerivedReader(forms, parquetForms, formats.queryable(), allocator));
  }

  Catalog(
      @Nullable DataFolder folder,
      List<Mount> mounts,
      Formats formats,
      VersionLeases leases,
      PartReader reader) {
    this.folder = folder;
    this.formats = formats;
    this.leases = leases;
    this.names = new Names(folder, mounts, formats);
    this.opener = new DatasetOpener(folder, formats, leases, footers, reader);
    this.listing = new Listing(names, opener);
    this.history = new History(folder, names, opener);
  }

  /** Of which table format a folder is, so that it cannot be served: {@code Delta}, for example. */
  public static Optional<String> tableFormat(Path folder) {
    return TableFormats.of(folder);
  }

  /** What a client may do with it. Whoever serves one goes by this, and by nothing else here. */
  public CallerCatalog as(Caller caller) {
    return new CallerCatalog(this, caller);
  }

  /** How many datasets there are, without looking into any. */
  public int count() {
    return (int)
        names.all(NamePattern.ALL).stream()
            .filter(source -> !(source instanceof Source.Unusable))
            .count();
  }

  /**
   * The datasets whose names match, sorted, each looked into when its turn comes. What cannot be
   * read is left out; see {@link #unreadable}.
   */
  public Stream<Dataset> list(NamePattern pattern) {
    return listing.datasets(pattern);
  }

  /** What has a matching name but cannot be read, sorted. */
  List<Unreadable> unreadable(NamePattern pattern) {
    return listing.unreadable(pattern);
  }

  /**
   * The names of all datasets by their files', as short as they can be: without the extension,
   * unless two would be the same then. Looks into no file.
   */
  public Map<String, DatasetName> names() {
    return names.shortest();
  }

  /**
   * Why a name that stands for something has no rows: the files of a mount are not there, or a
   * folder is another system's table. Looks into no file.
   */
  public Optional<MallardException> problem(DatasetName name) {
    return names
        .find(name)
        .filter(Source.Unusable.class::isInstance)
        .map(source -> ((Source.Unusable) source).answer());
  }

  /**
   * Whether there is a dataset of this name, whatever state its file is in.
   *
   * @throws MallardException INVALID_ARGUMENT if the name stands for several
   */
  public boolean exists(DatasetName name) {
    return names.find(name).isPresent();
  }

  /**
   * The current version of a dataset, without looking into its footer; empty if there is none, or
   * if it cannot be read.
   *
   * @throws MallardException INVALID_ARGUMENT if the name stands for several
   */
  public Optional<String> version(DatasetName name) {
    return names.find(name).flatMap(this::version);
  }

  private Optional<String> version(Source source) {
    try {
      return opener.version(source);
    } catch (IOException | MallardException e) {
      return Optional.empty();
    }
  }

  /** As {@link #version}, of all {@link #names}; one that stands for several is left out. */
  public Map<DatasetName, String> currentVersions() {
    Map<DatasetName, String> versions = new LinkedHashMap<>();
    names
        .sources()
        .forEach((name, source) -> version(source).ifPresent(id -> versions.put(name, id)));
    return versions;
  }

  /**
   * The current version of a dataset.
   *
   * @return closed by the caller
   * @throws MallardException NOT_FOUND, or INVALID_ARGUMENT if the name stands for several
   */
  public PinnedDataset pin(DatasetName name) {
    return opener.open(name, names.require(name), () -> names.find(name));
  }

  /**
   * One version of a dataset, also after it was replaced, if it is kept.
   *
   * @param version null for the current one
   * @return closed by the caller
   * @throws MallardException NOT_FOUND if it is gone
   */
  public PinnedDataset pin(DatasetName name, @Nullable String version) {
    return version == null ? pin(name) : opener.open(name, names.require(name), version);
  }

  /**
   * Streams rows of a version, which is kept for as long as the stream is open.
   *
   * @param version null for the current one
   * @param rows as {@link PinnedDataset#read} takes them
   * @throws MallardException NOT_FOUND if the version is gone
   */
  public BatchStream read(DatasetName name, @Nullable String version, RowRange rows) {
    try (PinnedDataset pinned = pin(name, version)) {
      return pinned.read(rows);
    }
  }

  /** Takes a promise back ({@link PinnedDataset#lease}); returns whether there was one. */
  boolean release(DatasetName name, String version, Caller holder) {
    return find(name)
        .map(source -> leases.release(source.name(), version, holder.name()))
        .orElse(false);
  }

  /**
   * The history of a dataset, the current version first. A version that is damaged is among them,
   * without its rows.
   */
  List<VersionInfo> versions(DatasetName name) {
    return history.versions(name);
  }

  /** What stands behind a name. */
  Optional<Source> find(DatasetName name) {
    return names.find(name);
  }

  Source require(DatasetName name) {
    return names.require(name);
  }

  /**
   * Refuses a new file's name if the file would not be found under it afterwards: because something
   * else is in the way, or because its folder is, or would become, one dataset as a whole.
   */
  void requirePlace(DatasetName name, String file) {
    DataFolder data = java.util.Objects.requireNonNull(folder, "nothing can be put without one");
    new NewPlace(data, new FolderScan(data.root(), formats), formats).require(name, file);
  }

  /** The files that clients may change. */
  List<Source> inFolder() {
    return names.all(NamePattern.ALL).stream().filter(Source.Single.class::isInstance).toList();
  }

  FileFooter footer(DataFile file) {
    return footers.footer(file);
  }
}

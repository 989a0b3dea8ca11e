package dev.mallard.catalog;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.DataFolder;
import dev.mallard.store.FileVersion;
import dev.mallard.store.StorageErrors;
import dev.mallard.store.VersionLeases;
import dev.mallard.store.derived.DerivedForms;
import dev.mallard.store.derived.ParquetForms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What datasets there are: those of the data folder, and what the operator mounted under a name.
 * Answers are immutable versions. Thread-safe; keeps nothing but footers, because the folder itself
 * is the truth.
 */
public final class Catalog {
  private static final int FOOTERS_KEPT = 50_000;

  private final @Nullable DataFolder folder;
  private final List<Mount> mounts;
  private final Formats formats;
  private final VersionLeases leases;
  private final PartReader reader;
  private final FooterCache footers = new FooterCache(FOOTERS_KEPT);

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
    this.folder = folder;
    this.mounts = List.copyOf(mounts);
    this.formats = formats;
    this.leases = leases;
    this.reader = new DerivedReader(forms, parquetForms, allocator);
  }

  /** How many datasets there are, without looking into any. */
  public int count() {
    return fileSets(NamePattern.ALL).size();
  }

  /**
   * The datasets whose names match, sorted; those whose files are damaged are left out (and logged
   * once).
   */
  public List<Dataset> list(NamePattern pattern) {
    List<Dataset> datasets = new ArrayList<>();
    for (FileSet files : fileSets(pattern)) {
      try {
        datasets.add(latest(null, files));
      } catch (MallardException e) {
        if (e.code() != ErrorCode.DATA_LOSS
            && e.code() != ErrorCode.NOT_FOUND
            && e.code() != ErrorCode.FAILED_PRECONDITION) {
          throw e;
        }
      }
    }
    return datasets;
  }

  private List<FileSet> fileSets(NamePattern pattern) {
    List<FileSet> all = new ArrayList<>();
    for (Mount mount : mounts) {
      try {
        all.add(mount.files(formats));
      } catch (MallardException e) {
        // Nothing is there now; asking for it by name says so.
      } catch (IOException e) {
        throw StorageErrors.translate("listing dataset '" + mount.name() + "'", e);
      }
    }
    if (folder != null) {
      try {
        for (FileSet files : scan(folder).all()) {
          if (mounts.stream().noneMatch(mount -> isNamed(files.name(), mount.name()))) {
            all.add(files);
          }
        }
      } catch (IOException e) {
        throw StorageErrors.translate("listing the datasets", e);
      }
    }
    all.removeIf(
        files ->
            !pattern.matches(files.name())
                && !pattern.matches(formats.stripExtension(files.name())));
    all.sort(java.util.Comparator.comparing(FileSet::name));
    return all;
  }

  private FolderScan scan(DataFolder data) {
    return new FolderScan(data.root(), data, formats);
  }

  private boolean isNamed(String file, DatasetName name) {
    return file.equals(name.toString()) || formats.stripExtension(file).equals(name.toString());
  }

  /**
   * The current version of a dataset.
   *
   * @throws MallardException NOT_FOUND, or INVALID_ARGUMENT if the name stands for several
   */
  public Dataset find(DatasetName name) {
    return latest(name, require(name));
  }

  /**
   * What was seen may be replaced, and its version pruned, before it is looked into: then what is
   * there now counts.
   */
  private Dataset latest(@Nullable DatasetName shown, FileSet seen) {
    DatasetName name = shown == null ? nameOf(seen) : shown;
    FileSet files = seen;
    while (true) {
      try {
        return dataset(shown, files);
      } catch (MallardException e) {
        Optional<FileSet> now =
            e.code() == ErrorCode.NOT_FOUND ? resolve(name) : Optional.<FileSet>empty();
        if (now.isEmpty() || now.get().version().equals(files.version())) {
          throw e;
        }
        files = now.get();
      }
    }
  }

  private static DatasetName nameOf(FileSet files) {
    return new DatasetName(List.of(files.name().split("/")));
  }

  /**
   * The names of all datasets by their files', as short as they can be: without the extension,
   * unless two would be the same then. Looks into no file.
   */
  public Map<String, DatasetName> names() {
    List<FileSet> all = fileSets(NamePattern.ALL);
    Map<String, Long> bare =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    files -> formats.stripExtension(files.name()), Collectors.counting()));
    Map<String, DatasetName> names = new LinkedHashMap<>();
    for (FileSet files : all) {
      String stripped = formats.stripExtension(files.name());
      String name = bare.getOrDefault(stripped, 0L) == 1 ? stripped : files.name();
      names.put(files.name(), new DatasetName(List.of(name.split("/"))));
    }
    return names;
  }

  /** The current version of a dataset, without looking into its files; empty if there is none. */
  public Optional<String> version(DatasetName name) {
    try {
      return resolve(name).map(FileSet::version);
    } catch (MallardException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return Optional.empty(); // A mount whose files are gone.
      }
      throw e;
    }
  }

  /** Whether there is a dataset of this name, whatever state its file is in. */
  public boolean exists(DatasetName name) {
    return resolve(name).isPresent();
  }

  private FileSet require(DatasetName name) {
    return resolve(name)
        .orElseThrow(
            () ->
                MallardException.notFound(
                    "no dataset '" + name + "'; ListFlights shows what there is"));
  }

  /** The files behind a name. */
  Optional<FileSet> resolve(DatasetName name) {
    try {
      for (Mount mount : mounts) {
        if (mount.name().equals(name)) {
          return Optional.of(mount.files(formats));
        }
      }
      return folder == null ? Optional.empty() : inFolder(folder, name);
    } catch (IOException e) {
      throw StorageErrors.translate("looking for dataset '" + name + "'", e);
    }
  }

  private Optional<FileSet> inFolder(DataFolder data, DatasetName name) throws IOException {
    List<FileSet> found = new ArrayList<>();
    for (String candidate : candidates(name)) {
      if (data.current(candidate) == null) {
        continue;
      }
      FolderScan scan = scan(data);
      Path path = data.locate(candidate);
      if (!Files.isDirectory(path)) {
        scan.single(path).ifPresent(found::add);
      } else if (scan.isDataset(path)) {
        scan.folderDataset(path).ifPresent(found::add);
      }
    }
    if (found.size() > 1) {
      String names =
          found.stream()
              .map(files -> "'" + files.name() + "'")
              .collect(Collectors.joining(" and "));
      throw MallardException.invalid(
          "dataset '" + name + "': there are " + names + "; say which, with its extension");
    }
    return found.stream().findFirst();
  }

  /** The files that a name may stand for. */
  private List<String> candidates(DatasetName name) {
    String base = name.toString();
    if (formats.of(base).isPresent()) {
      return List.of(base);
    }
    List<String> candidates = new ArrayList<>();
    formats
        .all()
        .forEach(
            format -> format.extensions().forEach(extension -> candidates.add(base + extension)));
    candidates.add(base);
    return candidates;
  }

  /**
   * @param name how it was asked for, or null in a listing
   */
  private Dataset dataset(@Nullable DatasetName name, FileSet files) {
    List<Part> parts = new ArrayList<>();
    for (FileSet.Member member : files.members()) {
      parts.add(new Part(member.file(), footers.footer(member.file()), member.partition()));
    }
    List<String> path =
        files.isFolder() || isMount(files)
            ? List.of(files.name())
            : DescriptorPath.of(parts.get(0).footer(), files.name(), formats);
    return new Dataset(name == null ? nameOf(files) : name, path, files, parts, reader);
  }

  private boolean isMount(FileSet files) {
    return mounts.stream().anyMatch(mount -> mount.name().toString().equals(files.name()));
  }

  /**
   * One version of a dataset, also after it was replaced, for as long as it is kept.
   *
   * @throws MallardException NOT_FOUND if it is gone
   */
  public Dataset find(DatasetName name, String version) {
    FileSet current = require(name);
    if (current.version().equals(version)) {
      return dataset(name, current);
    }
    if (folder == null || current.isFolder() || isMount(current)) {
      throw MallardException.notFound(
          "version '"
              + version
              + "' of '"
              + name
              + "' is gone; ask for the dataset's FlightInfo again");
    }
    try {
      FileVersion kept = folder.find(current.name(), version);
      DataFile file =
          new DataFile(folder, current.name(), kept, current.members().get(0).file().format());
      return dataset(name, FileSet.single(current.name(), file));
    } catch (IOException e) {
      throw StorageErrors.translate(
          "looking for version '" + version + "' of dataset '" + name + "'", e);
    }
  }

  /**
   * The current version, promised to the caller for a while: it can be read until then, also if it
   * is replaced.
   *
   * @return the dataset and when the promise ends
   */
  public Leased lease(DatasetName name) {
    while (true) {
      Dataset dataset = find(name);
      Instant until = leases.renew(dataset.file(), dataset.version());
      // Between the look and the promise it may have been replaced and pruned: then the next look
      // finds another.
      if (find(name).version().equals(dataset.version())) {
        return new Leased(dataset, until);
      }
    }
  }

  /**
   * Once it is pinned or leased, a version that is still there will stay.
   *
   * @throws MallardException NOT_FOUND if it was pruned before
   */
  private void requireThere(Dataset dataset) {
    if (folder == null || !isWritable(dataset.files())) {
      return;
    }
    try {
      folder.find(dataset.file(), dataset.version());
    } catch (IOException e) {
      throw StorageErrors.translate("looking for dataset '" + dataset.name() + "'", e);
    }
  }

  /** A version and until when it is promised. */
  public record Leased(Dataset dataset, Instant until) {}

  /**
   * Streams rows of a version, which is kept for as long as the stream is open.
   *
   * @param version null for the current one
   * @param rows as {@link Dataset#read} takes them
   * @throws MallardException NOT_FOUND if the version is gone
   */
  public BatchStream read(DatasetName name, @Nullable String version, RowRange rows) {
    while (true) {
      Dataset dataset = version == null ? find(name) : find(name, version);
      try {
        return pinned(dataset, rows);
      } catch (MallardException e) {
        // Replaced and pruned between the look and the pin: then the next look finds another.
        if (version != null
            || e.code() != ErrorCode.NOT_FOUND
            || find(name).version().equals(dataset.version())) {
          throw e;
        }
      }
    }
  }

  private BatchStream pinned(Dataset dataset, RowRange rows) {
    String file = dataset.file();
    String version = dataset.version();
    leases.pin(file, version);
    boolean opened = false;
    try {
      requireThere(dataset);
      BatchStream stream = new PinnedStream(dataset.read(rows), leases, file, version);
      opened = true;
      return stream;
    } finally {
      if (!opened) {
        leases.unpin(file, version);
      }
    }
  }

  /** Promises a version for another while. */
  public Leased renew(DatasetName name, String version) {
    Dataset dataset = find(name, version);
    Instant until = leases.renew(dataset.file(), version);
    requireThere(dataset);
    return new Leased(dataset, until);
  }

  /** Takes a promise back; returns whether there was one. */
  public boolean release(DatasetName name, String version) {
    return resolve(name).map(files -> leases.release(files.name(), version)).orElse(false);
  }

  /** The history of a dataset, the current version first. */
  public List<VersionInfo> versions(DatasetName name) {
    FileSet current = require(name);
    List<VersionInfo> versions = new ArrayList<>();
    versions.add(info(latest(name, current), true));
    if (folder != null && !current.isFolder() && !isMount(current)) {
      try {
        for (FileVersion kept : folder.previous(current.name())) {
          previous(name, kept.id()).ifPresent(dataset -> versions.add(info(dataset, false)));
        }
      } catch (IOException e) {
        throw StorageErrors.translate("listing the versions of '" + name + "'", e);
      }
    }
    return versions;
  }

  private Optional<Dataset> previous(DatasetName name, String version) {
    try {
      return Optional.of(find(name, version));
    } catch (MallardException e) {
      if (e.code() != ErrorCode.NOT_FOUND) {
        throw e;
      }
      return Optional.empty(); // Pruned since it was listed.
    }
  }

  private static VersionInfo info(Dataset dataset, boolean current) {
    return new VersionInfo(
        dataset.version(), current, dataset.modified(), dataset.rows(), dataset.fileBytes());
  }

  /**
   * Refuses a new file's name if the file would not be found under it afterwards: because something
   * else is in the way, or because its folder is, or would become, one dataset as a whole.
   */
  void requirePlace(DatasetName name, String file) {
    DataFolder data = java.util.Objects.requireNonNull(folder, "nothing can be put without one");
    new NewPlace(data, scan(data), formats).require(name, file);
  }

  FileFooter footer(DataFile file) {
    return footers.footer(file);
  }

  boolean isWritable(FileSet files) {
    return folder != null && !files.isFolder() && !isMount(files);
  }
}

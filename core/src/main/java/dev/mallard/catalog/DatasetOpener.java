package dev.mallard.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.DataFolder;
import dev.mallard.store.FileLook;
import dev.mallard.store.FileVersion;
import dev.mallard.store.StorageErrors;
import dev.mallard.store.VersionLeases;
import dev.mallard.store.VersionPin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns what stands behind a name into one version of a dataset that stays. Thread-safe. */
final class DatasetOpener {
  /** Somebody who replaces a file as often as that while it is looked at wants it to be hard. */
  private static final int MOST_LOOKS = 100;

  private static final int LISTED_BYTES = 1000;

  private final @Nullable DataFolder folder;
  private final Formats formats;
  private final VersionLeases leases;
  private final FooterCache footers;
  private final PartReader reader;

  /** What the last listing has made of each file, by its name; good while it looks the same. */
  private final Cache<String, Listed> listed;

  private record Listed(FileLook look, Dataset dataset) {
    int weight() {
      long bytes = dataset.parts().stream().mapToLong(part -> part.footer().heapBytes()).sum();
      return (int) Math.min(LISTED_BYTES + bytes, Integer.MAX_VALUE);
    }
  }

  DatasetOpener(
      @Nullable DataFolder folder,
      Formats formats,
      VersionLeases leases,
      FooterCache footers,
      PartReader reader) {
    this.folder = folder;
    this.formats = formats;
    this.leases = leases;
    this.footers = footers;
    this.reader = reader;
    this.listed =
        Caffeine.newBuilder()
            .maximumWeight(Runtime.getRuntime().maxMemory() / 16)
            .weigher((String name, Listed entry) -> entry.weight())
            .build();
  }

  /**
   * The version that is current now, without a look into the files' footers. Looked at anew, like
   * what is opened: what many share must not go back to what one of them saw a moment ago.
   */
  Optional<String> version(Source source) throws IOException {
    if (source instanceof Source.Single file) {
      FileVersion version = folder().current(file.name());
      return Optional.ofNullable(version).map(FileVersion::id);
    }
    return source instanceof Source.Fixed fixed
        ? Optional.of(version(fixed, files(fixed)))
        : Optional.empty();
  }

  /**
   * The current version. Somebody may replace the file while it is looked into: then what is there
   * now counts.
   *
   * @param name how it was asked for
   * @param again finds it again
   * @return closed by the caller
   * @throws MallardException NOT_FOUND if it went since it was found; DATA_LOSS and others if it
   *     cannot be read
   */
  PinnedDataset open(DatasetName name, Source source, Supplier<Optional<Source>> again) {
    Source seen = source;
    for (int looks = 1; ; looks++) {
      try {
        return open(name, seen);
      } catch (MallardException e) {
        boolean isGone = e.code() == ErrorCode.NOT_FOUND && !(seen instanceof Source.Unusable);
        Optional<Source> now = isGone && looks < MOST_LOOKS ? again.get() : Optional.empty();
        if (now.isEmpty()) {
          throw e;
        }
        seen = now.get();
      }
    }
  }

  /** As {@link #open}, for listings: it is looked at once, and not pinned. */
  Dataset look(DatasetName name, Source source, Supplier<Optional<Source>> again) {
    if (source instanceof Source.Single single) {
      Listed known = listed.getIfPresent(single.name());
      if (known != null && single.look().isFresh() && known.look().equals(single.look())) {
        return known.dataset();
      }
      try {
        // Asked before it is looked into: only then is a change meanwhile sure to show.
        boolean isSettled = single.look().isSettled();
        FileVersion version = folder().current(single.name(), single.look());
        if (version != null) {
          Dataset dataset = dataset(name, single, version);
          if (isSettled) {
            listed.put(single.name(), new Listed(single.look(), dataset));
          }
          return dataset;
        }
      } catch (MallardException e) {
        if (e.code() != ErrorCode.NOT_FOUND) {
          throw e;
        }
        // Replaced and pruned before its footer was read: once it is pinned it stays.
      } catch (IOException e) {
        throw reading(name, e);
      }
    }
    try (PinnedDataset pinned = open(name, source, again)) {
      return pinned.dataset();
    }
  }

  private static MallardException reading(DatasetName name, IOException e) {
    return StorageErrors.translate("reading dataset '" + name + "'", e);
  }

  /** The current version, if that is not replaced at this moment. */
  private PinnedDataset open(DatasetName name, Source source) {
    if (source instanceof Source.Unusable unusable) {
      throw unusable.answer();
    }
    try {
      if (source instanceof Source.Fixed fixed) {
        return fixed(name, fixed);
      }
      Source.Single file = (Source.Single) source;
      VersionPin pin = folder().pin(file.name());
      if (pin == null) {
        throw MallardException.notFound("dataset '" + name + "' is gone; list the datasets again");
      }
      return single(name, file, pin);
    } catch (IOException e) {
      throw reading(name, e);
    }
  }

  /**
   * One version, current or kept.
   *
   * @throws MallardException NOT_FOUND if it is gone
   */
  PinnedDataset open(DatasetName name, Source source, String version) {
    if (source instanceof Source.Single single) {
      try {
        VersionPin pin = folder().pin(single.name(), version);
        if (pin != null) {
          return single(name, single, pin);
        }
      } catch (IOException e) {
        throw StorageErrors.translate(
            "looking for version '" + version + "' of dataset '" + name + "'", e);
      }
      throw DataFile.gone(name.toString(), version);
    }
    PinnedDataset current = open(name, source);
    if (!current.dataset().version().equals(version)) {
      current.close();
      throw DataFile.gone(name.toString(), version);
    }
    return current;
  }

  private DataFolder folder() {
    return Objects.requireNonNull(folder, "only a data folder has single files");
  }

  /** Takes the pin over. */
  private PinnedDataset single(DatasetName name, Source.Single source, VersionPin pin) {
    try (Closer onFailure = new Closer()) {
      onFailure.add(pin);
      Dataset dataset = dataset(name, source, pin.version());
      onFailure.release();
      return new PinnedDataset(dataset, leases, pin);
    }
  }

  private Dataset dataset(DatasetName name, Source.Single source, FileVersion version) {
    DataFile file = new DataFile(folder(), source.name(), version, source.format());
    Part part = new Part(file, footers.footer(file), Map.of());
    List<String> path = DescriptorPath.of(part.footer(), source.name(), formats);
    return new Dataset(name, path, source.name(), version.id(), List.of(part), reader);
  }

  private PinnedDataset fixed(DatasetName name, Source.Fixed source) throws IOException {
    List<DataFile> files = files(source);
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Map<String, String> partition = source.members().get(i).partition();
      parts.add(new Part(files.get(i), footers.footer(files.get(i)), partition));
    }
    Dataset dataset =
        new Dataset(
            name, List.of(source.name()), source.name(), version(source, files), parts, reader);
    return new PinnedDataset(dataset, leases, null);
  }

  private static List<DataFile> files(Source.Fixed source) throws IOException {
    List<DataFile> files = new ArrayList<>();
    for (Source.Member member : source.members()) {
      FileVersion version = FileVersion.of(member.path());
      files.add(new DataFile(null, member.file(), version, member.format()));
    }
    return files;
  }

  /** One file's own, or one that changes when any file does, comes, goes or moves. */
  private static String version(Source.Fixed source, List<DataFile> files) {
    if (files.size() == 1 && source.members().get(0).partition().isEmpty()) {
      return files.get(0).version().id();
    }
    return FileVersion.idOfAll(
        files.stream().map(DataFile::file).toList(),
        files.stream().map(file -> file.version().id()).toList());
  }
}

package dev.mallard.catalog;

import dev.mallard.catalog.FolderScan.Found;
import dev.mallard.error.MallardException;
import dev.mallard.store.DataFolder;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What names stand for: mounts first, then what is in the data folder, with or without the
 * extension. Looks into no file. Thread-safe.
 */
final class Names {
  private final @Nullable DataFolder folder;
  private final List<MountedFiles> mounts;
  private final Formats formats;

  Names(@Nullable DataFolder folder, List<Mount> mounts, Formats formats) {
    this.folder = folder;
    this.mounts = mounts.stream().map(mount -> new MountedFiles(mount, formats)).toList();
    this.formats = formats;
  }

  /**
   * @throws MallardException INVALID_ARGUMENT if the name stands for several
   */
  Optional<Source> find(DatasetName name) {
    for (MountedFiles mount : mounts) {
      if (mount.name().equals(name)) {
        return Optional.of(mount.find());
      }
    }
    try {
      return folder == null ? Optional.empty() : inFolder(folder, name);
    } catch (IOException e) {
      throw StorageErrors.translate("looking for dataset '" + name + "'", e);
    }
  }

  /**
   * @throws MallardException as {@link #find}, and NOT_FOUND if there is nothing
   */
  Source require(DatasetName name) {
    return find(name)
        .orElseThrow(
            () ->
                MallardException.notFound(
                    "no dataset '" + name + "'; ListFlights shows what there is"));
  }

  private Optional<Source> inFolder(DataFolder data, DatasetName name) throws IOException {
    FolderScan scan = new FolderScan(data.root(), formats);
    List<Source> found = new ArrayList<>();
    for (String candidate : data.existing(candidates(name))) {
      scan.at(data.locate(candidate)).ifPresent(found::add);
    }
    if (found.size() > 1) {
      String names =
          found.stream()
              .map(source -> "'" + source.name() + "'")
              .collect(Collectors.joining(" and "));
      throw MallardException.invalid(
          "dataset '" + name + "': there are " + names + "; say which, with its extension");
    }
    return found.stream().findFirst();
  }

  /** The files and folders that a name may stand for. */
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

  /** All that match, sorted by name. */
  List<Source> all(NamePattern pattern) {
    return each(pattern).collect(Collectors.toCollection(ArrayList::new));
  }

  /** As {@link #all}, each file looked at when its turn comes. */
  Stream<Source> each(NamePattern pattern) {
    List<Found> found = new ArrayList<>();
    mounts.forEach(mount -> found.add(Found.of(mount.find())));
    if (folder != null) {
      try {
        for (Found entry : new FolderScan(folder.root(), formats).found()) {
          found.add(mounts.isEmpty() ? entry : withoutMounts(entry));
        }
      } catch (IOException e) {
        throw StorageErrors.translate("listing the datasets", e);
      }
    }
    found.sort(Comparator.comparing(Found::name));
    return found.stream()
        .flatMap(entry -> entry.look().get().stream())
        .filter(source -> matches(pattern, source.name()));
  }

  /** A mount goes before what has its name in the folder. */
  private Found withoutMounts(Found entry) {
    return new Found(
        entry.name(),
        () ->
            entry.look().get().stream()
                .filter(
                    source ->
                        mounts.stream().noneMatch(mount -> isNamed(source.name(), mount.name())))
                .toList());
  }

  private boolean matches(NamePattern pattern, String name) {
    return pattern.matches(name) || pattern.matches(formats.stripExtension(name));
  }

  private boolean isNamed(String file, DatasetName name) {
    return file.equals(name.toString()) || formats.stripExtension(file).equals(name.toString());
  }

  /** As {@link Catalog#names}. */
  Map<String, DatasetName> shortest() {
    Map<String, DatasetName> names = new LinkedHashMap<>();
    named().forEach(named -> names.put(named.source().name(), named.name()));
    return names;
  }

  /** What stands behind the {@link #shortest} names; without those that stand for several. */
  Map<DatasetName, Source> sources() {
    Map<DatasetName, Source> sources = new LinkedHashMap<>();
    for (Named named : named()) {
      if (!named.isAmbiguous()) {
        sources.put(named.name(), named.source());
      }
    }
    return sources;
  }

  /**
   * @param isAmbiguous whether the name, which cannot be longer, means a file as well
   */
  private record Named(Source source, DatasetName name, boolean isAmbiguous) {}

  private List<Named> named() {
    List<Source> all = all(NamePattern.ALL);
    all.removeIf(Source.Unusable.class::isInstance);
    Map<String, Long> bare =
        all.stream()
            .collect(
                Collectors.groupingBy(
                    source -> formats.stripExtension(source.name()), Collectors.counting()));
    List<Named> named = new ArrayList<>();
    for (Source source : all) {
      String stripped = formats.stripExtension(source.name());
      boolean isOnlyOne = bare.getOrDefault(stripped, 0L) == 1;
      String name = isOnlyOne ? stripped : source.name();
      named.add(new Named(source, nameOf(name), !isOnlyOne && name.equals(stripped)));
    }
    return named;
  }

  /** Of what was found on disk, whatever characters are in it. */
  static DatasetName nameOf(String file) {
    return new DatasetName(List.of(file.split("/")));
  }
}

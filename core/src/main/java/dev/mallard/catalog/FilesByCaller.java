package dev.mallard.catalog;

import dev.mallard.access.Caller;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.error.MallardException;
import dev.mallard.store.DataFolder;
import dev.mallard.store.FileVersion;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has put which version, which each file says by itself, in a property that no client is shown.
 * What says nothing (it was copied into the folder, or put on an open server) is nobody's.
 */
final class FilesByCaller implements StoredBytes {
  private static final Logger LOG = LoggerFactory.getLogger(FilesByCaller.class);

  /** The file property that holds the caller's name. */
  private static final String PROPERTY = "mallard:caller";

  private final DataFolder folder;
  private final Formats formats;
  private final Catalog catalog;

  FilesByCaller(DataFolder folder, Formats formats, Catalog catalog) {
    this.folder = folder;
    this.formats = formats;
    this.catalog = catalog;
  }

  /**
   * A file's properties when that caller puts it.
   *
   * @param others what else they are; of whoever has put it before nothing is left
   */
  static Map<String, String> propertiesOf(Caller caller, Map<String, String> others) {
    Map<String, String> properties = new HashMap<>(others);
    properties.remove(PROPERTY);
    if (caller.isProved()) {
      properties.put(PROPERTY, caller.name());
    }
    return Map.copyOf(properties);
  }

  @Override
  public Map<String, Map<String, Long>> all() {
    Map<String, Map<String, Long>> all = new HashMap<>();
    for (Source source : catalog.inFolder()) {
      Map<String, Long> bytes = of(source.name());
      if (!bytes.isEmpty()) {
        all.put(source.name(), bytes);
      }
    }
    return all;
  }

  /** A version that is kept and current at once is counted once: previous ones leave it out. */
  @Override
  public Map<String, Long> of(String file) {
    Optional<FileFormat> format = formats.of(file);
    if (format.isEmpty()) {
      return Map.of();
    }
    Map<String, Long> bytes = new HashMap<>();
    for (FileVersion version : versions(file)) {
      caller(new DataFile(folder, file, version, format.get()))
          .ifPresent(name -> bytes.merge(name, version.length(), Long::sum));
    }
    return bytes;
  }

  private List<FileVersion> versions(String file) {
    try {
      List<FileVersion> versions = new ArrayList<>(folder.previous(file));
      FileVersion current = folder.current(file);
      if (current != null) {
        versions.removeIf(kept -> kept.id().equals(current.id()));
        versions.add(current);
      }
      return versions;
    } catch (IOException e) {
      throw StorageErrors.translate("looking for the versions of '" + file + "'", e);
    }
  }

  /** What cannot be read is nobody's: whoever may look into it says so to those who want it. */
  private Optional<String> caller(DataFile file) {
    try {
      return Optional.ofNullable(catalog.footer(file).properties().get(PROPERTY));
    } catch (MallardException e) {
      LOG.debug("not known who has put {}: {}", file.file(), e.getMessage());
      return Optional.empty();
    }
  }
}

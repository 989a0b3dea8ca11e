package dev.mallard.links;

import dev.mallard.query.SqlDataset;
import dev.mallard.store.derived.ParquetForms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder of links, which goes with the last who holds it. It is made held once. */
final class Links implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Links.class);

  private final Path folder;

  /**
   * What keeps the forms that are linked; written by whoever made the links, before others come.
   */
  private final List<ParquetForms.Link> forms = new ArrayList<>();

  /** Guarded by this. */
  private int holders = 1;

  Links(Path folder) {
    this.folder = folder;
  }

  /**
   * A file as it was linked.
   *
   * @param modified empty for a derived form, whose time is that of its last use
   */
  record Linked(Path file, long bytes, Optional<FileTime> modified) {
    static Linked of(Path file, boolean isForm) throws IOException {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      FileTime time = found.lastModifiedTime();
      return new Linked(file, found.size(), isForm ? Optional.empty() : Optional.of(time));
    }

    /** Whether nobody has written into it since. */
    boolean isIntact() {
      try {
        return equals(of(file, modified.isEmpty()));
      } catch (IOException e) {
        return false;
      }
    }
  }

  /** Closed after the links are deleted. */
  void keep(ParquetForms.Link form) {
    forms.add(form);
  }

  SqlDataset.Form form() {
    if (forms.isEmpty()) {
      return SqlDataset.Form.NONE;
    }
    boolean isKept = forms.stream().allMatch(ParquetForms.Link::isKept);
    return isKept ? SqlDataset.Form.KEPT : SqlDataset.Form.TEMPORARY;
  }

  synchronized boolean isIdle() {
    return holders <= 1;
  }

  /**
   * @throws IllegalStateException if nobody holds it any more
   */
  synchronized void hold() {
    if (holders == 0) {
      throw new IllegalStateException("links that were given back");
    }
    holders++;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (--holders > 0) {
        return;
      }
    }
    try {
      delete(folder);
    } catch (IOException e) {
      LOG.warn("links of a dataset's version could not be deleted", e);
    } finally {
      forms.forEach(ParquetForms.Link::close);
    }
  }

  static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("nothing was linked", e);
    }
  }
}

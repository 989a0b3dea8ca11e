package dev.mallard.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.EnumSet;
import java.util.Set;

/**
 * Footers of file versions, read when first asked for and kept while they are in use and there is
 * room: a version never changes. What is wrong with a file is remembered, too, so that it is not
 * read with every listing. Thread-safe.
 */
final class FooterCache {
  private static final int ENTRY_BYTES = 500;

  /** Nothing that is wrong with the file. */
  private static final Set<ErrorCode> OF_THE_MOMENT =
      EnumSet.of(
          ErrorCode.NOT_FOUND,
          ErrorCode.RESOURCE_EXHAUSTED,
          ErrorCode.UNAVAILABLE,
          ErrorCode.CANCELLED);

  private record Key(String file, String version) {}

  /** A footer, or why there is none. */
  private sealed interface Entry {
    record Good(FileFooter footer) implements Entry {}

    record Bad(MallardException problem) implements Entry {}
  }

  private final Cache<Key, Entry> entries;

  /**
   * @param maxBytes of Java heap, about
   */
  FooterCache(long maxBytes) {
    this.entries =
        Caffeine.newBuilder().maximumWeight(maxBytes).weigher(FooterCache::weight).build();
  }

  private static int weight(Key key, Entry entry) {
    long bytes = ENTRY_BYTES + 2L * key.file().length();
    if (entry instanceof Entry.Good good) {
      bytes += good.footer().heapBytes();
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  /** For tests. */
  long entries() {
    entries.cleanUp();
    return entries.estimatedSize();
  }

  /**
   * @throws MallardException DATA_LOSS if the file is damaged or not of its format; UNIMPLEMENTED
   *     and others if it is but cannot be read; NOT_FOUND if it is gone
   */
  FileFooter footer(DataFile file) {
    Key key = new Key(file.version().file().toString(), file.version().id());
    Entry entry = entries.getIfPresent(key);
    if (entry == null) {
      entry = read(file);
      entries.put(key, entry);
    }
    if (entry instanceof Entry.Bad bad) {
      // A new one each time: an exception is no constant, its stack trace belongs to one call.
      throw new MallardException(bad.problem().code(), String.valueOf(bad.problem().getMessage()));
    }
    return ((Entry.Good) entry).footer();
  }

  private static Entry read(DataFile file) {
    try (FileChannel channel = file.open()) {
      return new Entry.Good(file.format().readFooter(channel));
    } catch (MallardException e) {
      if (OF_THE_MOMENT.contains(e.code())) {
        throw e;
      }
      return new Entry.Bad(
          new MallardException(e.code(), "dataset '" + file.file() + "': " + e.getMessage()));
    } catch (IOException e) {
      throw StorageErrors.translate("reading dataset '" + file.file() + "'", e);
    }
  }
}

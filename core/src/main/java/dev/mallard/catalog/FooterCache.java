package dev.mallard.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Footers of file versions, read when first asked for and kept while they are in use: a version
 * never changes. A file that is not what its name says is remembered, too, so that it is logged
 * once and not with every listing. Thread-safe.
 */
final class FooterCache {
  private static final Logger LOG = LoggerFactory.getLogger(FooterCache.class);

  private record Key(String file, String version) {}

  /** A footer, or why there is none. */
  private sealed interface Entry {
    record Good(FileFooter footer) implements Entry {}

    record Bad(MallardException problem) implements Entry {}
  }

  private final Cache<Key, Entry> entries;

  FooterCache(long maxEntries) {
    this.entries = Caffeine.newBuilder().maximumSize(maxEntries).build();
  }

  /**
   * @throws MallardException DATA_LOSS if the file is damaged or not of its format; NOT_FOUND if it
   *     is gone
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
      if (e.code() != ErrorCode.DATA_LOSS) {
        throw e;
      }
      LOG.warn("skipping {}: {}", file.file(), e.getMessage());
      return new Entry.Bad(
          new MallardException(
              ErrorCode.DATA_LOSS, "dataset '" + file.file() + "': " + e.getMessage()));
    } catch (IOException e) {
      throw StorageErrors.translate("reading dataset '" + file.file() + "'", e);
    }
  }
}

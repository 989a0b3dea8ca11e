package dev.mallard.catalog;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.DataFolder;
import dev.mallard.store.FileVersion;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists the versions of a dataset, the damaged ones, too: who looks for a good one to restore wants
 * to see which that is. Thread-safe.
 */
final class History {
  private static final Logger LOG = LoggerFactory.getLogger(History.class);

  private final @Nullable DataFolder folder;
  private final Names names;
  private final DatasetOpener opener;

  History(@Nullable DataFolder folder, Names names, DatasetOpener opener) {
    this.folder = folder;
    this.names = names;
    this.opener = opener;
  }

  /** The current version first, then those that are kept, newest first. */
  List<VersionInfo> versions(DatasetName name) {
    Source source = names.require(name);
    if (!(source instanceof Source.Single) || folder == null) {
      return List.of(current(name, source));
    }
    try {
      List<VersionInfo> versions = new ArrayList<>();
      versions.add(current(name, source, folder));
      for (FileVersion kept : folder.previous(source.name())) {
        look(name, source, kept, false).ifPresent(versions::add);
      }
      return versions;
    } catch (IOException e) {
      throw StorageErrors.translate("listing the versions of '" + name + "'", e);
    }
  }

  private VersionInfo current(DatasetName name, Source source) {
    try (PinnedDataset current = opener.open(name, source, () -> names.find(name))) {
      return VersionInfo.of(current.dataset(), true);
    }
  }

  private VersionInfo current(DatasetName name, Source source, DataFolder data) throws IOException {
    try {
      return current(name, source);
    } catch (RuntimeException e) {
      requireUnreadable(e);
      FileVersion version = data.current(source.name());
      if (version == null) {
        throw e;
      }
      // Whoever has replaced it since it was looked into is looked into as well.
      return look(name, source, version, true).orElseThrow(() -> e);
    }
  }

  /** Empty if it was pruned since it was listed. */
  private Optional<VersionInfo> look(
      DatasetName name, Source source, FileVersion version, boolean current) {
    try (PinnedDataset pinned = opener.open(name, source, version.id())) {
      return Optional.of(VersionInfo.of(pinned.dataset(), current));
    } catch (MallardException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return Optional.empty();
      }
      requireUnreadable(e);
    } catch (RuntimeException e) {
      LOG.warn("version {} of dataset '{}' cannot be read", version.id(), source.name(), e);
    }
    return Optional.of(VersionInfo.unreadable(version, current));
  }

  /** What has nothing to do with the file goes on to the caller. */
  private static void requireUnreadable(RuntimeException e) {
    if (e instanceof MallardException failure
        && (failure.code() == ErrorCode.CANCELLED || failure.code() == ErrorCode.NOT_FOUND)) {
      throw e;
    }
  }
}

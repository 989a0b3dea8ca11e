package dev.mallard.server;

import dev.mallard.catalog.Catalog;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.CommitHook;
import dev.mallard.store.DataFolder;
import dev.mallard.store.VersionLeases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of a server: the one that it serves, and those in which it keeps things of its own,
 * hidden beside the data or, where nothing may be written there, temporary.
 */
final class ServerFolders {
  private static final Logger LOG = LoggerFactory.getLogger(ServerFolders.class);

  private final ServerConfig config;
  private final Closer resources;
  private final @Nullable DataFolder data;

  /**
   * Opens the folder that is served, and makes it if that is what is wanted.
   *
   * @param resources close what is opened here, and delete what is temporary
   * @throws MallardException FAILED_PRECONDITION, with what to do, if it cannot be served
   */
  ServerFolders(ServerConfig config, VersionLeases leases, CommitHook hook, Closer resources)
      throws IOException {
    this.config = config;
    this.resources = resources;
    this.data = config.folder().isEmpty() ? null : open(config.folder().get(), leases, hook);
  }

  /** Null if only files from elsewhere are served. */
  @Nullable DataFolder data() {
    return data;
  }

  /** Where derived forms go. */
  Path cache() throws IOException {
    return config.cacheFolder().isPresent() ? config.cacheFolder().get() : own("cache");
  }

  /** Where SQL's links, temporary files and results go: beside the data, where links work. */
  Path sql() throws IOException {
    return own("sql").toAbsolutePath();
  }

  /** Where a certificate of the server's own making is kept. */
  Path ownCertificate() throws IOException {
    Optional<Path> access = config.security().signIn().access();
    return access.isPresent() ? access.get().resolve("tls") : own("tls");
  }

  private Path own(String name) throws IOException {
    if (data != null && !data.readOnly()) {
      return data.root().resolve(DataFolder.RESERVED).resolve(name);
    }
    Path temporary = Files.createTempDirectory("mallard-" + name);
    resources.add(() -> TemporaryFolders.delete(temporary));
    return temporary;
  }

  private DataFolder open(Path root, VersionLeases leases, CommitHook hook) throws IOException {
    makeIfMissing(root);
    Optional<String> table = Catalog.tableFormat(root);
    if (table.isPresent()) {
      throw cannotServe(
          root,
          "its files are those of a %s table, and not its rows; serve the folder above it"
              .formatted(table.get()));
    }
    boolean writable = config.readOnly() || Files.isWritable(root);
    if (!Files.isReadable(root) || !Files.isExecutable(root) || !writable) {
      throw cannotServe(
          root,
          "this user may not "
              + (writable ? "read" : "write to")
              + " it; change its permissions"
              + (writable ? "" : ", or add --read-only"));
    }
    return resources.add(
        DataFolder.open(
            root,
            new DataFolder.Options(
                config.readOnly(), config.keepVersions(), leases, hook, Clock.systemUTC())));
  }

  /** A folder in a folder that is there is wanted; one in another is a slip of the hand. */
  private void makeIfMissing(Path root) throws IOException {
    Path parent = root.toAbsolutePath().getParent();
    if (!Files.exists(root)
        && !config.readOnly()
        && parent != null
        && Files.isDirectory(parent)
        && Files.isWritable(parent)) {
      Files.createDirectory(root);
      LOG.info("made the folder {}, which was not there", root);
    }
    if (!Files.isDirectory(root)) {
      throw cannotServe(root, "it is not a folder; create it, or name another");
    }
  }

  private static MallardException cannotServe(Path root, String why) {
    return new MallardException(ErrorCode.FAILED_PRECONDITION, "cannot serve " + root + ": " + why);
  }
}

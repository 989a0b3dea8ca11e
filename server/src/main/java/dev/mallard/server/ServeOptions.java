package dev.mallard.server;

import dev.mallard.catalog.DatasetName;
import dev.mallard.catalog.Mount;
import dev.mallard.error.MallardException;
import dev.mallard.flight.info.EndpointLocations;
import dev.mallard.server.security.ByteSize;
import dev.mallard.server.security.SecurityOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of {@code mallard serve}, as picocli fills them in. */
final class ServeOptions {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      description =
          "Folder whose Parquet and Feather files are served, and where uploads go (default: the current folder;"
              + " none if only --dataset or --parquet-path is given).")
  @Nullable Path folder;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8815",
      description = "Port to listen on; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  int port = ServerConfig.DEFAULT_PORT;

  @Option(
      names = "--dataset",
      paramLabel = "NAME=PATH",
      description =
          "Serve a file, a folder or a glob from anywhere under a name of choice, read-only. May be repeated.")
  List<String> datasets = new ArrayList<>();

  @Option(
      names = "--parquet-path",
      paramLabel = "FILE",
      description = "Short for --dataset dataset=FILE.")
  @Nullable String parquetPath;

  @Option(
      names = "--read-only",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Change nothing in the folder; refuse uploads and drops.")
  boolean readOnly;

  @Option(
      names = "--keep-versions",
      paramLabel = "N",
      defaultValue = "1",
      description = "Previous versions kept of each dataset (default: ${DEFAULT-VALUE}).")
  int keepVersions = 1;

  @Option(
      names = "--max-message-size",
      paramLabel = "SIZE",
      defaultValue = "3840KiB",
      converter = ByteSize.class,
      description =
          "Batches are cut so that no message that is sent is much larger (default: ${DEFAULT-VALUE};"
              + " 1 MiB where it waits for its reader in memory).")
  long maxMessageSize = ServerConfig.DEFAULT_MAX_MESSAGE_BYTES;

  @Option(
      names = "--max-upload-message-size",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description =
          "Largest message that a client may send (default: a quarter of the Java heap, at most 1 GiB).")
  @Nullable Long maxUploadMessageSize;

  @Option(
      names = "--cache-size",
      paramLabel = "SIZE",
      defaultValue = "16GiB",
      converter = ByteSize.class,
      description =
          "Most that forms derived for faster reading, also deleted ones that are still in use, and results that wait to be read may take on disk, all together; 0 for none (default: ${DEFAULT-VALUE}).")
  long cacheSize = ServerConfig.DEFAULT_CACHE_BYTES;

  @Option(
      names = "--cache-dir",
      paramLabel = "DIR",
      description =
          "Where derived forms go; may be deleted at any time (default: in the data folder, hidden).")
  @Nullable Path cacheFolder;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description =
          "Most Arrow memory at a time (default: as much again as the Java heap may take).")
  @Nullable Long memory;

  @Option(
      names = "--receive-memory",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description =
          "Most that messages that are being received may hold, of all clients together (default: half of Java's direct memory).")
  @Nullable Long receiveMemory;

  @Option(
      names = "--endpoint-location",
      paramLabel = "LOCATION",
      description =
          "What a FlightInfo's endpoints name as the place to read from: reuse (the same connection), or a URI; may be repeated (default: nothing, which means the same).")
  List<String> endpointLocations = new ArrayList<>();

  @Option(
      names = "--grace",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long running streams may go on after SIGTERM (default: ${DEFAULT-VALUE}).")
  int graceSeconds = 30;

  @ArgGroup(validate = false, heading = "%nSQL:%n")
  SqlOptions sql = new SqlOptions();

  @Mixin SecurityOptions security = new SecurityOptions();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file with any of these settings, e.g. 'port: 8815'.")
  @Nullable Path config;

  /**
   * @throws MallardException INVALID_ARGUMENT for what picocli cannot see is wrong
   */
  ServerConfig toConfig() {
    List<Mount> mounts = new ArrayList<>();
    for (String dataset : datasets) {
      int equals = dataset.indexOf('=');
      if (equals <= 0 || equals == dataset.length() - 1) {
        throw MallardException.invalid("--dataset: '" + dataset + "' (expected: NAME=PATH)");
      }
      mounts.add(
          new Mount(
              DatasetName.parse(dataset.substring(0, equals)), dataset.substring(equals + 1)));
    }
    if (parquetPath != null) {
      mounts.add(new Mount(DatasetName.parse("dataset"), parquetPath));
    }
    require(port >= 0 && port <= 65535, "--port", port, "0 to 65535");
    require(keepVersions >= 0, "--keep-versions", keepVersions, "0 or more");
    require(maxMessageSize >= 1024, "--max-message-size", maxMessageSize, "1024 bytes or more");
    require(graceSeconds >= 0, "--grace", graceSeconds, "0 or more");
    long upload =
        maxUploadMessageSize == null
            ? ServerConfig.defaultMaxUploadMessageBytes()
            : maxUploadMessageSize;
    require(
        upload >= 1024 && upload <= Integer.MAX_VALUE,
        "--max-upload-message-size",
        upload,
        "1KiB to 2GiB");
    long receive =
        receiveMemory == null
            ? Math.max(ServerConfig.defaultReceiveBytes(), upload)
            : receiveMemory;
    require(receive >= upload, "--receive-memory", receive, "at least --max-upload-message-size");
    return new ServerConfig(
        folder(mounts),
        host,
        port,
        mounts,
        readOnly,
        keepVersions,
        maxMessageSize,
        upload,
        Optional.ofNullable(cacheFolder),
        cacheSize,
        memory == null ? ServerConfig.defaultMemoryBytes() : memory,
        receive,
        endpointLocations.stream().map(ServeOptions::location).toList(),
        Duration.ofSeconds(graceSeconds),
        Duration.ofMinutes(10),
        sql.toConfig(),
        security.toConfig());
  }

  private static String location(String given) {
    if (given.equals("reuse")) {
      return EndpointLocations.REUSE_CONNECTION;
    }
    try {
      if (new URI(given).getScheme() != null) {
        return given;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw MallardException.invalid(
        "--endpoint-location: '" + given + "' (expected: reuse, or a URI as grpc://HOST:PORT)");
  }

  /** The configuration file, from the command line or else {@code MALLARD_CONFIG}. */
  Optional<Path> configFile(Map<String, String> environment) {
    if (config != null) {
      return Optional.of(config);
    }
    return Optional.ofNullable(environment.get("MALLARD_CONFIG")).map(Path::of);
  }

  private Optional<Path> folder(List<Mount> mounts) {
    if (folder != null) {
      return Optional.of(folder);
    }
    return mounts.isEmpty() ? Optional.of(Path.of("")).map(Path::toAbsolutePath) : Optional.empty();
  }

  static void require(boolean condition, String option, long value, String expected) {
    if (!condition) {
      throw MallardException.invalid(option + ": " + value + " (expected: " + expected + ")");
    }
  }
}

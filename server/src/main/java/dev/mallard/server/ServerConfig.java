package dev.mallard.server;

import dev.mallard.catalog.Mount;
import dev.mallard.server.security.SecurityConfig;
import io.netty.util.internal.PlatformDependent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything that can be set, checked.
 *
 * @param folder the data folder; empty if only mounts are served
 * @param host the address to listen on
 * @param port 0 takes a free one
 * @param mounts files from elsewhere, by name
 * @param readOnly nothing in the folder is created or changed
 * @param keepVersions previous versions kept of each dataset
 * @param maxMessageBytes batches are cut so that no message that is sent is much larger
 * @param maxUploadMessageBytes the largest message that a client may send
 * @param cacheFolder where derived forms go; empty puts them beside the data, or into a temporary
 *     folder where nothing may be written there
 * @param cacheBytes the most that derived forms, also deleted ones that are still in use, and
 *     results that wait to be read may take on disk, all together; 0 for none
 * @param memoryBytes the most Arrow memory at a time
 * @param receiveBytes the most that messages that are being received hold at a time
 * @param endpointLocations what each endpoint of a FlightInfo says of where to read it; empty for
 *     nothing, which means here
 * @param grace how long running streams may go on after SIGTERM
 * @param lease how long a FlightInfo's tickets keep their version from being pruned
 * @param sql how SQL runs
 * @param security who may come in
 */
public record ServerConfig(
    Optional<Path> folder,
    String host,
    int port,
    List<Mount> mounts,
    boolean readOnly,
    int keepVersions,
    long maxMessageBytes,
    long maxUploadMessageBytes,
    Optional<Path> cacheFolder,
    long cacheBytes,
    long memoryBytes,
    long receiveBytes,
    List<String> endpointLocations,
    Duration grace,
    Duration lease,
    SqlConfig sql,
    SecurityConfig security) {

  public static final int DEFAULT_PORT = 8815;

  /** Go's and Rust's clients take 4 MiB, all that is around it included. */
  public static final long DEFAULT_MAX_MESSAGE_BYTES = 3840L << 10;

  public static final long DEFAULT_CACHE_BYTES = 16L << 30;

  public ServerConfig {
    mounts = List.copyOf(mounts);
    endpointLocations = List.copyOf(endpointLocations);
  }

  /** The defaults, on a free port. */
  public static ServerConfig of(Path folder) {
    return new ServerConfig(
        Optional.of(folder),
        "127.0.0.1",
        0,
        List.of(),
        false,
        1,
        DEFAULT_MAX_MESSAGE_BYTES,
        defaultMaxUploadMessageBytes(),
        Optional.empty(),
        DEFAULT_CACHE_BYTES,
        defaultMemoryBytes(),
        defaultReceiveBytes(),
        List.of(),
        Duration.ofSeconds(30),
        Duration.ofMinutes(10),
        SqlConfig.defaults(),
        SecurityConfig.OPEN);
  }

  public ServerConfig withPort(int newPort) {
    return new ServerConfig(
        folder,
        host,
        newPort,
        mounts,
        readOnly,
        keepVersions,
        maxMessageBytes,
        maxUploadMessageBytes,
        cacheFolder,
        cacheBytes,
        memoryBytes,
        receiveBytes,
        endpointLocations,
        grace,
        lease,
        sql,
        security);
  }

  public ServerConfig withSecurity(SecurityConfig newSecurity) {
    return new ServerConfig(
        folder,
        host,
        port,
        mounts,
        readOnly,
        keepVersions,
        maxMessageBytes,
        maxUploadMessageBytes,
        cacheFolder,
        cacheBytes,
        memoryBytes,
        receiveBytes,
        endpointLocations,
        grace,
        lease,
        sql,
        newSecurity);
  }

  /** As much again as the Java heap may take. */
  static long defaultMemoryBytes() {
    return Runtime.getRuntime().maxMemory();
  }

  /** For results that are kept, on the Java heap: those that are small, or may not be on disk. */
  long spoolMemoryBytes() {
    return Math.max(8L << 20, Runtime.getRuntime().maxMemory() / 16);
  }

  /**
   * Half of the direct memory: the rest is for what is sent, and for what Netty needs around it.
   */
  static long defaultReceiveBytes() {
    return PlatformDependent.maxDirectMemory() / 2;
  }

  /** A whole table in one message is common; it is in memory twice for a moment. */
  static long defaultMaxUploadMessageBytes() {
    return Math.min(1L << 30, Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 4));
  }
}

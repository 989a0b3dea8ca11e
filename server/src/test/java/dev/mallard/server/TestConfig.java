package dev.mallard.server;

import dev.mallard.catalog.DatasetName;
import dev.mallard.catalog.Mount;
import dev.mallard.server.security.SecurityConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The default configuration on a free port, with what a test wants otherwise. */
final class TestConfig {
  /** In the tests' own process, unless the whole suite is to run behind the wall. */
  private static final SqlConfig.Engine ENGINE =
      Boolean.getBoolean("mallard.test.wall")
          ? SqlConfig.Engine.PROCESS
          : SqlConfig.Engine.IN_PROCESS;

  private final ServerConfig defaults;
  private Optional<Path> folder;
  private int port;
  private final List<Mount> mounts = new ArrayList<>();
  private boolean readOnly;
  private int keepVersions;
  private long maxMessageBytes;
  private long maxUploadMessageBytes;
  private long cacheBytes;
  private long memoryBytes;
  private long receiveBytes;
  private List<String> endpointLocations = List.of();
  private Duration grace;
  private SqlConfig sql;
  private SqlConfig.Engine engine = ENGINE;
  private SecurityConfig security = SecurityConfig.OPEN;

  private TestConfig(Path folder) {
    this.defaults = ServerConfig.of(folder);
    this.folder = defaults.folder();
    this.keepVersions = defaults.keepVersions();
    this.maxMessageBytes = defaults.maxMessageBytes();
    this.maxUploadMessageBytes = defaults.maxUploadMessageBytes();
    this.cacheBytes = defaults.cacheBytes();
    this.memoryBytes = defaults.memoryBytes();
    this.receiveBytes = defaults.receiveBytes();
    this.grace = defaults.grace();
    this.sql = defaults.sql();
  }

  static TestConfig of(Path folder) {
    return new TestConfig(folder);
  }

  TestConfig withoutFolder() {
    folder = Optional.empty();
    return this;
  }

  TestConfig port(int value) {
    port = value;
    return this;
  }

  TestConfig mount(String name, String source) {
    mounts.add(new Mount(DatasetName.parse(name), source));
    return this;
  }

  TestConfig readOnly() {
    readOnly = true;
    return this;
  }

  TestConfig keepVersions(int value) {
    keepVersions = value;
    return this;
  }

  TestConfig maxMessageBytes(long value) {
    maxMessageBytes = value;
    return this;
  }

  TestConfig maxUploadMessageBytes(long value) {
    maxUploadMessageBytes = value;
    return this;
  }

  TestConfig cacheBytes(long value) {
    cacheBytes = value;
    return this;
  }

  TestConfig memoryBytes(long value) {
    memoryBytes = value;
    return this;
  }

  TestConfig receiveBytes(long value) {
    receiveBytes = value;
    return this;
  }

  TestConfig endpointLocations(String... values) {
    endpointLocations = List.of(values);
    return this;
  }

  TestConfig grace(Duration value) {
    grace = value;
    return this;
  }

  TestConfig engine(SqlConfig.Engine value) {
    engine = value;
    return this;
  }

  TestConfig sql(SqlConfig value) {
    sql = value;
    return this;
  }

  TestConfig security(SecurityConfig value) {
    security = value;
    return this;
  }

  ServerConfig build() {
    return new ServerConfig(
        folder,
        defaults.host(),
        port,
        mounts,
        readOnly,
        keepVersions,
        maxMessageBytes,
        maxUploadMessageBytes,
        defaults.cacheFolder(),
        cacheBytes,
        memoryBytes,
        receiveBytes,
        endpointLocations,
        grace,
        defaults.lease(),
        sql.on(engine),
        security);
  }
}

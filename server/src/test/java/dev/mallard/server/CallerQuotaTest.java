package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.server.security.AuditConfig;
import dev.mallard.server.security.LimitConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.auth2.BearerCredentialWriter;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerQuotaTest {
  private static final CredentialCallOption ANN = as("ann");
  private static final CredentialCallOption BOB = as("bob");

  @TempDir private Path folder;

  private static CredentialCallOption as(String name) {
    return new CredentialCallOption(new BearerCredentialWriter(name));
  }

  private TestServer start(long quota, int keepVersions) {
    TestConfig config =
        AuditTest.config(folder, AuditConfig.NONE, new LimitConfig(0, 0, 0, 0, quota));
    return TestServer.start(folder, config.keepVersions(keepVersions), KnownNames.of("ann", "bob"));
  }

  private static void put(TestServer server, String name, int batches, CredentialCallOption who) {
    Tables.put(server.client(), server.memory(), path(name), 1, batches, 1_000, who);
  }

  private long size(String file) throws Exception {
    return Files.size(folder.resolve(file));
  }

  private static void assertRefused(ThrowingCallable code) {
    assertThatThrownBy(code)
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(CallStatus.RESOURCE_EXHAUSTED.code()))
        .hasMessageContaining("--quota");
  }

  private static void drop(FlightClient client, String name, CredentialCallOption who) {
    client.doAction(new Action("drop_dataset", name.getBytes()), who).forEachRemaining(r -> {});
  }

  @ParameterizedTest
  @CsvSource({"big.feather, 20000", "big.parquet, 1200"})
  void anUploadOverTheQuotaIsRefusedAndNothingOfItIsStored(String name, long quota)
      throws Exception {
    try (TestServer server = start(quota, 1)) {
      assertRefused(() -> put(server, name, 300, ANN));
      assertThat(folder.resolve(name)).doesNotExist();
      put(server, "empty.parquet", 0, ANN);
    }
  }

  @Test
  void keptVersionsCountUntilTheyAreGoneAlsoAfterARestart() throws Exception {
    long one;
    try (TestServer server = start(0, 1)) {
      put(server, "a.feather", 5, ANN);
      one = size("a.feather");
    }
    long quota = one * 2 + one / 2;
    try (TestServer server = start(quota, 1)) {
      put(server, "a.feather", 5, ANN); // The one before is kept.
      assertRefused(() -> put(server, "b.feather", 5, ANN));
      put(server, "b.feather", 5, BOB);
    }
    try (TestServer server = start(quota, 1)) {
      assertRefused(() -> put(server, "c.feather", 5, ANN));
      drop(server.client(), "a", BOB);
      put(server, "c.feather", 5, ANN);
    }
  }

  @Test
  void whatSomebodyPutsInAnothersPlaceIsHisAndWhatIsAppendedIsAllTheAppenders() throws Exception {
    long one;
    try (TestServer server = start(0, 0)) {
      put(server, "a.feather", 5, ANN);
      one = size("a.feather");
    }
    try (TestServer server = start(one * 2 + one / 2, 0)) {
      put(server, "a.feather", 5, BOB);
      put(server, "b.feather", 5, ANN);
      put(server, "c.feather", 5, ANN);
      drop(server.client(), "c", ANN);
      FlightDescriptor append = FlightDescriptor.command("{\"append\":\"a\"}".getBytes());
      Tables.put(server.client(), server.memory(), append, 1, 1, 1_000, ANN);
      assertRefused(() -> put(server, "c.feather", 5, ANN));
      put(server, "d.feather", 5, BOB);
    }
  }

  @Test
  void noClientIsShownWhoHasPutIt() throws Exception {
    try (TestServer server = start(0, 1)) {
      for (String name : new String[] {"a.feather", "b.parquet"}) {
        put(server, name, 1, ANN);
        assertThat(
                Files.readString(
                    folder.resolve(name), java.nio.charset.StandardCharsets.ISO_8859_1))
            .contains("mallard:caller");
        try (FlightStream stream = server.client().getStream(Tables.ticket(name), BOB)) {
          assertThat(stream.getSchema().getCustomMetadata()).doesNotContainKey("mallard:caller");
          while (stream.next()) {
            assertThat(stream.getLatestMetadata()).isNull();
          }
        }
        assertThat(server.client().getInfo(path(name), BOB).toString()).doesNotContain("ann");
      }
    }
  }
}

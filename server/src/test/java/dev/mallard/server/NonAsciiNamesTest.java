package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Names of other scripts, with the locale that the launcher sets and without any. */
@EnabledOnOs(OS.LINUX)
class NonAsciiNamesTest {
  private static final List<String> NAMES = List.of("größe/日本.feather", "naïve");

  @TempDir private Path folder;

  private interface Check {
    void run(RawFlight client) throws Exception;
  }

  private void withLocale(String locale, Check check) throws Exception {
    try (ChildProcess child =
            ChildProcess.start(
                ChildServer.class,
                List.of(),
                List.of(folder.toString()),
                Map.of("LC_ALL", locale));
        RawFlight client = new RawFlight(Integer.parseInt(child.readLine()))) {
      check.run(client);
    }
  }

  private static RawFlight.Outcome put(RawFlight client, String name) {
    return client.put(Frames.bytes(Frames.upload(Frames.path(name), Tables.SCHEMA, 1, 10, 1)));
  }

  @Test
  void namesOfAllScriptsArePutAndRead() throws Exception {
    withLocale(
        "C.UTF-8",
        client -> {
          for (String name : NAMES) {
            assertThat(put(client, name).status().isOk()).as(name).isTrue();
            assertThat(RawReads.all(client, Tables.ticket(name).getBytes()).rows()).isEqualTo(10);
          }
        });
  }

  @Test
  void withoutAUtf8LocaleTheErrorSaysWhatToDoAndAsciiNamesWork() throws Exception {
    withLocale(
        "C",
        client -> {
          for (String name : NAMES) {
            RawFlight.Outcome outcome = put(client, name);
            assertThat(outcome.code())
                .as(outcome.description())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(outcome.description()).contains(name, "LC_ALL=C.UTF-8");
          }
          assertThat(put(client, "plain").status().isOk()).isTrue();
        });
  }
}

package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.arrow.flight.impl.Flight.Action;
import org.apache.arrow.flight.impl.Flight.Criteria;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names that lead elsewhere, on every way that takes one; and tickets that nobody issued. */
class BadNamesTest {
  private static final byte[] SECRET = "secret".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path place;
  private Path folder;
  private Path outside;
  private TestServer server;
  private RawFlight raw;
  private Map<Path, Long> before;

  @BeforeEach
  void start() throws IOException {
    folder = Files.createDirectory(place.resolve("data"));
    outside = Files.createDirectory(place.resolve("outside"));
    server = TestServer.start(folder);
    raw = server.raw();
    Tables.put(server.client(), server.memory(), path("inside.feather"), 1, 1, 3);
    Files.copy(folder.resolve("inside.feather"), outside.resolve("there.feather"));
    Files.write(outside.resolve("secret"), SECRET);
    before = outsideFiles();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    assertThat(outsideFiles()).as("nothing outside was made or changed").isEqualTo(before);
  }

  private Map<Path, Long> outsideFiles() throws IOException {
    Map<Path, Long> files = new TreeMap<>();
    try (Stream<Path> entries = Files.walk(place)) {
      for (Path entry : entries.filter(path -> !path.startsWith(folder)).toList()) {
        files.put(entry, Files.getLastModifiedTime(entry).toMillis());
      }
    }
    return files;
  }

  static Stream<String> badNames() {
    return Stream.of(
        "",
        "/",
        "//",
        "//etc/passwd",
        "..",
        "../outside/there.feather",
        "/../outside/there",
        "a/../../outside/there.feather",
        "a/..",
        "./inside",
        ".mallard/lock",
        ".hidden.feather",
        "a//b",
        "a/",
        "a\0b.feather",
        "a\nb",
        "\u001b[31mred",
        "..\\outside\\there",
        "C:\\x",
        "%2e%2e/outside/there.feather",
        "%2E%2E%2Foutside",
        "a%00.feather",
        "\uFF0E\uFF0E/outside/there.feather",
        "\u2024\u2024/outside/there.feather",
        "\u2025/outside/there.feather",
        "a\uFF0Fb",
        "a\u2215b",
        "a\u2044b",
        "a\u202Eb",
        "x".repeat(300),
        "x".repeat(300) + ".feather",
        "d/".repeat(33) + "x",
        ("y".repeat(200) + "/").repeat(31) + "x.feather");
  }

  @ParameterizedTest
  @MethodSource("badNames")
  void badNamesAreInvalidOnEveryWay(String name) {
    byte[] descriptor = Frames.path(name).toByteArray();
    invalid("GetFlightInfo", raw.ask("GetFlightInfo", descriptor));
    invalid("GetSchema", raw.ask("GetSchema", descriptor));
    invalid("PollFlightInfo", raw.ask("PollFlightInfo", descriptor));
    invalid("DoGet", raw.ask("DoGet", Frames.ticket(name)));
    invalid("DoGet", raw.ask("DoGet", Frames.ticket(json(name))));
    invalid("DoPut", raw.put(upload(Frames.path(name))));
    invalid("append", raw.put(upload(command("{\"append\":" + quoted(name) + "}"))));
    for (String action : List.of("drop_dataset", "list_versions")) {
      invalid(action, act(action, ByteString.copyFromUtf8(name)));
    }
    invalid(
        "restore_version",
        act(
            "restore_version",
            ByteString.copyFromUtf8("{\"name\":" + quoted(name) + ",\"version\":\"x\"}")));
  }

  private static String json(String name) {
    return "{\"dataset\":" + quoted(name) + "}";
  }

  private static String quoted(String text) {
    return com.fasterxml.jackson.databind.node.TextNode.valueOf(text).toString();
  }

  private static FlightDescriptor command(String text) {
    return FlightDescriptor.newBuilder()
        .setType(FlightDescriptor.DescriptorType.CMD)
        .setCmd(ByteString.copyFromUtf8(text))
        .build();
  }

  private static List<byte[]> upload(FlightDescriptor descriptor) {
    return Frames.bytes(Frames.upload(descriptor, Tables.SCHEMA, 1, 3, 1));
  }

  private RawFlight.Outcome act(String type, ByteString body) {
    return raw.ask(
        "DoAction", Action.newBuilder().setType(type).setBody(body).build().toByteArray());
  }

  private void invalid(String what, RawFlight.Outcome outcome) {
    is(Status.Code.INVALID_ARGUMENT, what, outcome);
  }

  private void is(Status.Code code, String what, RawFlight.Outcome outcome) {
    assertThat(outcome.code()).as(what + ": " + outcome.description()).isEqualTo(code);
    assertThat(outcome.description())
        .doesNotContain(place.toString(), "Exception", "\tat ")
        .hasSizeLessThan(500);
  }

  @Test
  void plainUnknownNamesAreNotFound() {
    byte[] descriptor = Frames.path("nobody/knows").toByteArray();
    is(Status.Code.NOT_FOUND, "GetFlightInfo", raw.ask("GetFlightInfo", descriptor));
    is(Status.Code.NOT_FOUND, "DoGet", raw.ask("DoGet", Frames.ticket("nobody")));
    is(Status.Code.NOT_FOUND, "drop", act("drop_dataset", ByteString.copyFromUtf8("nobody")));
    is(Status.Code.NOT_FOUND, "versions", act("list_versions", ByteString.copyFromUtf8("nobody")));
  }

  @Test
  void bytesThatAreNoTextAreInvalid() {
    ByteString bytes = ByteString.copyFrom(new byte[] {(byte) 0xc3, 0x28, (byte) 0xff});
    invalid("ticket", raw.ask("DoGet", Ticket.newBuilder().setTicket(bytes).build().toByteArray()));
    invalid(
        "criteria",
        raw.ask("ListFlights", Criteria.newBuilder().setExpression(bytes).build().toByteArray()));
    invalid("drop", act("drop_dataset", bytes));
    invalid("versions", act("list_versions", bytes));
    invalid("restore", act("restore_version", bytes));
    byte[] path = {8, 1, 26, 2, (byte) 0xc3, 0x28};
    invalid("descriptor", raw.ask("GetFlightInfo", path));
    invalid("no descriptor", raw.ask("GetSchema", new byte[] {1, 2, 3, 4}));
    is(
        Status.Code.RESOURCE_EXHAUSTED,
        "large ticket",
        raw.ask("DoGet", Frames.ticket("x".repeat(20 << 20))));
  }

  @Test
  void ticketsOfNonsenseAreInvalid() {
    for (String ticket :
        List.of(
            "{}",
            "{",
            "{\"dataset\":null}",
            "{\"dataset\":{\"dataset\":\"inside\"}}",
            "{\"dataset\":\"inside\",\"rows\":[1]}",
            "{\"dataset\":\"inside\",\"rows\":[5,1]}",
            "{\"dataset\":\"inside\",\"rows\":[-1,1]}",
            "{\"dataset\":\"inside\",\"rows\":[null,null]}",
            "{\"dataset\":\"inside\",\"rows\":[0,99999999999999999999]}",
            "{\"dataset\":\"inside\",\"rows\":[1,2]}",
            "{\"dataset\":\"inside\",\"from_row\":-1}",
            "{\"dataset\":\"inside\",\"from_row\":\"many\"}",
            "{\"dataset\":\"inside\",\"file\":\"/etc/passwd\"}",
            "{\"dataset\":\"inside\"} and more",
            "{\"a\":" + "[".repeat(100_000))) {
      invalid(ticket.length() > 100 ? "deep" : ticket, raw.ask("DoGet", Frames.ticket(ticket)));
    }
  }

  @Test
  void linksThatLeadOutAreNotFollowed() throws IOException {
    Files.createSymbolicLink(folder.resolve("link.feather"), outside.resolve("there.feather"));
    Files.createSymbolicLink(folder.resolve("way"), outside);

    for (String name : List.of("link", "link.feather", "way/there", "way/there.feather")) {
      invalid(name, raw.ask("GetFlightInfo", Frames.path(name).toByteArray()));
      invalid(name, raw.ask("DoGet", Frames.ticket(name)));
      invalid(name, raw.put(upload(Frames.path(name))));
      invalid(name, act("drop_dataset", ByteString.copyFromUtf8(name)));
      invalid(name, act("list_versions", ByteString.copyFromUtf8(name)));
    }
    for (String name : List.of("way/new.feather", "way/deep/er/new.feather")) {
      invalid(name, raw.put(upload(Frames.path(name))));
    }
    assertThat(server.client().listFlights(org.apache.arrow.flight.Criteria.ALL)).hasSize(1);
    Files.delete(folder.resolve("link.feather"));
    Files.delete(folder.resolve("way"));
  }

  @Test
  void aLinkToAFileThatIsNotThereYetCreatesNothingOutside() throws IOException {
    Path link = folder.resolve("later.feather");
    Files.createSymbolicLink(link, outside.resolve("later.feather"));

    RawFlight.Outcome outcome = raw.put(upload(Frames.path("later.feather")));

    assertThat(outcome.status().isOk() && Files.isSymbolicLink(link)).isFalse();
  }

  @Test
  void aNameBelowAFileOrOfAFolderIsRefusedAndNothingIsLost() {
    List<FlightData> deep = Frames.upload(Frames.path("deep/er.feather"), Tables.SCHEMA, 1, 3, 1);
    assertThat(raw.put(Frames.bytes(deep)).status().isOk()).isTrue();

    List<String> refused = new ArrayList<>();
    for (String name : List.of("inside.feather/x.feather", "deep/er.feather/x.feather")) {
      RawFlight.Outcome outcome = raw.put(upload(Frames.path(name)));
      assertThat(outcome.description()).as(name).doesNotContain(place.toString());
      assertThat(outcome.code())
          .as(name + ": " + outcome.description())
          .isIn(Status.Code.INVALID_ARGUMENT, Status.Code.FAILED_PRECONDITION);
      refused.add(name);
    }
    assertThat(refused).hasSize(2);
    assertThat(server.client().listFlights(org.apache.arrow.flight.Criteria.ALL)).hasSize(2);
  }
}

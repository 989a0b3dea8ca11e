package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.mallard.flight.sql.FlightSqlCommand;
import dev.mallard.server.MatrixCaller.Standing;
import dev.mallard.server.MatrixDeed.Need;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.arrow.flight.impl.Flight;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that may be tried, by everyone who may try it. What is refused says nothing of what is
 * there, and changes nothing; another's handle is as good as one that never was.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallMatrixTest {
  private Path folder;
  private TestServer server;
  private RawFlight raw;
  private MatrixHandles handles;

  /** For what changes something and leaves all handles as good as they were. */
  private MatrixHandles spare;

  private final Map<MatrixCaller, Map<String, String>> headers = new EnumMap<>(MatrixCaller.class);

  /** What each caller who is not let in is told, whatever he tries. */
  private final Map<MatrixCaller, String> told = new ConcurrentHashMap<>();

  /** Deeds that change nothing and show what is there, and that the owner's handles are good. */
  private static final List<String> LOOKS =
      List.of(
          "DoGet of a ",
          "DoGet of issued SQL in a transaction",
          "ListFlights of a name",
          "PollFlightInfo of a polled query",
          "action GetSessionOptions",
          "action list_versions");

  private record Cell(MatrixDeed deed, MatrixCaller caller) {
    String name() {
      return caller + ": " + deed.what();
    }
  }

  private record Answer(Code code, String said, String content) {}

  @BeforeAll
  void start(@TempDir Path data, @TempDir Path settings) throws Exception {
    folder = data;
    MatrixPeople people = new MatrixPeople(settings);
    server = TestServer.start(folder, TestConfig.of(folder).security(people.security()));
    raw = server.raw();
    people.signIn(raw);
    for (MatrixCaller caller : MatrixCaller.values()) {
      headers.put(caller, people.headers(caller));
    }
    handles = fresh();
    spare = fresh();
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  private MatrixHandles fresh() {
    return MatrixHandles.create(raw, headers.get(MatrixCaller.OWNER));
  }

  /** First all that is refused, then a look at what is there, then all that is allowed. */
  @TestFactory
  Stream<DynamicTest> everyCell() {
    List<DynamicTest> refused = new ArrayList<>();
    List<DynamicTest> allowed = new ArrayList<>();
    for (MatrixDeed deed : MatrixDeeds.all()) {
      for (MatrixCaller caller : MatrixCaller.values()) {
        Cell cell = new Cell(deed, caller);
        boolean isAllowed = expected(cell) == null;
        (isAllowed ? allowed : refused)
            .add(
                DynamicTest.dynamicTest(
                    cell.name(),
                    () -> {
                      if (isAllowed) {
                        allow(cell);
                      } else {
                        refuse(cell);
                      }
                    }));
      }
    }
    assertThat(refused.size() + allowed.size()).isGreaterThan(1_000);
    Map<String, String> before = state();
    DynamicTest unchanged =
        DynamicTest.dynamicTest(
            "nothing of what was refused has changed anything",
            () -> assertThat(state()).isEqualTo(before));
    return Stream.of(refused.stream(), Stream.of(unchanged), allowed.stream()).flatMap(s -> s);
  }

  /** The code with which it is refused; null if it is allowed. */
  private static Code expected(Cell cell) {
    Need need = cell.deed.need();
    Standing standing = cell.caller.standing;
    if (need instanceof Need.Nothing) {
      return null;
    }
    if (need instanceof Need.Absent) {
      return Code.UNIMPLEMENTED;
    }
    if (standing == Standing.OUT) {
      return Code.UNAUTHENTICATED;
    }
    if (need instanceof Need.Never never) {
      return never.code();
    }
    if (need instanceof Need.Own own) {
      Code narrow = own.writes() && !standing.mayWrite() ? Code.PERMISSION_DENIED : null;
      return standing.isOwner() ? narrow : own.code();
    }
    if (need instanceof Need.Admin) {
      return cell.caller == MatrixCaller.ADMIN ? null : Code.PERMISSION_DENIED;
    }
    return need instanceof Need.Write && !standing.mayWrite() ? Code.PERMISSION_DENIED : null;
  }

  private void allow(Cell cell) {
    MatrixHandles about = handles;
    if (!(cell.deed.need() instanceof Need.SignedIn)) {
      about = cell.deed.usesUp() ? fresh() : spare;
    }

    Answer answer = call(cell, about);

    assertThat(answer.code()).as(cell.name() + ": " + answer.said()).isEqualTo(Code.OK);
  }

  private void refuse(Cell cell) {
    MatrixHandles never = handles.unknown();
    Answer real = call(cell, handles);
    Answer other = call(cell, never);
    Code code = expected(cell);
    String said = handles.withoutNames(real.said());

    if (cell.caller.isByPassword()) {
      assertThat(real.code()).isIn(code, Code.RESOURCE_EXHAUSTED);
    } else {
      assertThat(real.code()).as(cell.name() + ": " + real.said()).isIn(codes(cell, code));
    }
    if (!cell.caller.isByPassword() && !cell.caller.standing.isOwner()) {
      assertThat(said).as(cell.name()).isEqualTo(never.withoutNames(other.said()));
      assertThat(other.code()).isEqualTo(real.code());
      assertThat(handles.withoutNames(real.content()))
          .as(cell.name())
          .isEqualTo(never.withoutNames(other.content()));
    }
    assertThat(said + real.content())
        .as(cell.name())
        .doesNotContain(MatrixHandles.SENTINEL)
        .doesNotContain(String.valueOf(MatrixHandles.ROWS));
    if (cell.caller.standing == Standing.OUT && real.code() == Code.UNAUTHENTICATED) {
      assertThat(real.said())
          .as(cell.name())
          .isEqualTo(told.computeIfAbsent(cell.caller, c -> real.said()));
      assertThat(real.content()).isEmpty();
    }
  }

  /** Who may neither write nor owns the handle is refused for either. */
  private static Set<Code> codes(Cell cell, Code code) {
    boolean isEither =
        cell.deed.need() instanceof Need.Own own
            && own.writes()
            && cell.caller.standing == Standing.READS;
    return isEither ? Set.of(code, Code.PERMISSION_DENIED) : Set.of(code);
  }

  private Answer call(Cell cell, MatrixHandles about) {
    MatrixDeed.Call deed = cell.deed.call().apply(about);
    Metadata metadata = new Metadata();
    Map<String, String> all = new HashMap<>(deed.headers());
    all.putAll(headers.get(cell.caller));
    all.forEach(
        (name, value) ->
            metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
    RawFlight.Call call =
        raw.start(deed.method(), MethodType.BIDI_STREAMING, CallOptions.DEFAULT, metadata);
    call.request(100_000);
    deed.messages().forEach(call::send);
    call.end();
    RawFlight.Outcome outcome = call.outcome();
    StringBuilder content = new StringBuilder();
    outcome
        .messages()
        .forEach(message -> content.append(new String(message, StandardCharsets.ISO_8859_1)));
    Status status = outcome.status();
    return new Answer(
        status.getCode(),
        alike(status.getDescription() + " " + call.metadata()),
        content.toString());
  }

  /** Without what is another with each call. */
  private static String alike(String said) {
    return said.replaceAll("\\(call [^)]*\\)", "")
        .replaceAll("mallard-call-id=[0-9a-z-]+", "mallard-call-id")
        .replaceAll("under [0-9a-zA-Z-]+", "")
        .replaceAll("session_id=[0-9a-f]+", "session_id=HANDLE")
        .replaceAll("authorization=[^,)]*", "authorization");
  }

  /** What is there, as its owner sees it, and as the files are. */
  private Map<String, String> state() {
    Map<String, String> state = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(Files::isRegularFile)
          .filter(
              file ->
                  !folder.relativize(file).startsWith(".mallard")
                      || file.toString().contains("versions"))
          .forEach(file -> state.put(file.toString(), stamp(file)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    for (MatrixDeed deed : MatrixDeeds.all()) {
      boolean isLook = LOOKS.stream().anyMatch(deed.what()::startsWith);
      if (isLook) {
        Answer answer = call(new Cell(deed, MatrixCaller.OWNER), handles);
        assertThat(answer.code()).as(deed.what() + ": " + answer.said()).isEqualTo(Code.OK);
        String content = handles.withoutNames(answer.content());
        state.put(deed.what(), content.length() + " bytes, " + content.hashCode());
      }
    }
    return state;
  }

  private static String stamp(Path file) {
    try {
      return Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyActionIsJudged() throws InvalidProtocolBufferException {
    RawFlight.Call call =
        raw.start(
            "ListActions",
            MethodType.BIDI_STREAMING,
            CallOptions.DEFAULT,
            headers.get(MatrixCaller.OWNER));
    call.request(1_000);
    call.send(new byte[0]);
    call.end();
    Set<String> known = new TreeSet<>();
    for (byte[] message : call.outcome().messages()) {
      known.add(Flight.ActionType.parseFrom(message).getType());
    }

    assertThat(MatrixActions.types()).isEqualTo(known);
  }

  @Test
  void everyFlightSqlCommandIsJudged() {
    assertThat(MatrixCommands.all().keySet()).isEqualTo(records(FlightSqlCommand.class));
  }

  private static Set<String> records(Class<?> sealed) {
    Set<String> names = new TreeSet<>();
    for (Class<?> one : sealed.getPermittedSubclasses()) {
      if (one.isRecord()) {
        names.add(one.getSimpleName());
      } else {
        names.addAll(records(one));
      }
    }
    return names;
  }
}

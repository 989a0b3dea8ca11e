package dev.mallard.duckdb.fence;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.mallard.error.MallardException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;

/**
 * DuckDB's own tokenizer and parser, in the library that its driver has loaded: an instance in
 * memory that does nothing else, so a text is taken apart without a catalog, a transaction or a
 * file. Thread-safe. Close it after its last use.
 */
public final class DuckParser implements AutoCloseable {
  private static final String[][] OPTIONS = {
    {"threads", "1"},
    {"enable_external_access", "false"},
    {"autoinstall_known_extensions", "false"},
    {"autoload_known_extensions", "false"}
  };

  private final Memory environment = new Memory(8);
  private final Memory instance = new Memory(8);
  private final ConcurrentLinkedDeque<NativeSeat> idle = new ConcurrentLinkedDeque<>();

  /**
   * Opens it. DuckDB's driver must have been used before in this process.
   *
   * @throws MallardException FAILED_PRECONDITION if it cannot be used on this machine
   */
  public static DuckParser open() {
    try {
      DuckParser parser = new DuckParser();
      parser.requireSound();
      return parser;
    } catch (LinkageError e) {
      throw e.getCause() instanceof MallardException told
          ? told
          : DuckLibrary.unusable("its functions are not found", e);
    }
  }

  private DuckParser() {
    environment.clear();
    instance.clear();
    try (Memory error = new Memory(8);
        Memory names = new Memory(16L * OPTIONS.length);
        Memory values = new Memory(16L * OPTIONS.length)) {
      error.clear();
      List<Memory> texts = new ArrayList<>();
      for (int i = 0; i < OPTIONS.length; i++) {
        texts.add(text(OPTIONS[i][0], names, i));
        texts.add(text(OPTIONS[i][1], values, i));
      }
      int code =
          NativeParser.duckdb_v2_environment_create(
              Pointer.nativeValue(environment), Pointer.nativeValue(error));
      if (code == 0) {
        code =
            NativeParser.duckdb_v2_instance_create_with_options(
                environment.getLong(0),
                Pointer.nativeValue(names),
                Pointer.nativeValue(values),
                OPTIONS.length,
                Pointer.nativeValue(instance),
                Pointer.nativeValue(error));
      }
      texts.forEach(Memory::close);
      if (code != 0) {
        throw DuckLibrary.unusable("it does not start: error " + code, null);
      }
    }
  }

  /** Writes a text's address and length. */
  private static Memory text(String text, Memory array, int index) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Memory memory = new Memory(bytes.length);
    memory.write(0, bytes, 0, bytes.length);
    array.setPointer(16L * index, memory);
    array.setLong(16L * index + 8, bytes.length);
    return memory;
  }

  /** Another version's functions may have other parameters, which nothing but a trial tells. */
  private void requireSound() {
    String trial = "SELECT `a``b`, 'c' -- d\n; FROM e";
    List<Token> tokens = tokens(trial);
    List<String> texts = tokens.stream().map(Token::text).toList();
    boolean isSound =
        texts.equals(List.of("SELECT", "a`b", ",", "c", ";", "FROM", "e"))
            && tokens.get(1).kind() == Token.Kind.QUOTED
            && tokens.get(3).kind() == Token.Kind.STRING
            && statements(trial).equals(List.of(StatementType.SELECT, StatementType.SELECT))
            && statements("DETACH x").equals(List.of(StatementType.DETACH));
    if (!isSound) {
      close();
      throw DuckLibrary.unusable("it does not answer as expected", null);
    }
  }

  private <T> T ask(Function<NativeSeat, T> question) {
    NativeSeat seat = idle.poll();
    if (seat == null) {
      seat = new NativeSeat(instance.getLong(0));
    }
    try {
      return question.apply(seat);
    } finally {
      idle.push(seat);
    }
  }

  /**
   * The tokens of a text, without its comments.
   *
   * @param sql without zero characters and lone surrogates
   * @throws MallardException INVALID_ARGUMENT if a quote or a comment is open at its end
   */
  public List<Token> tokens(String sql) {
    // A comment at the end of a text ends with its line.
    byte[] bytes = (sql + "\n").getBytes(StandardCharsets.UTF_8);
    NativeSeat.RawTokens raw = ask(seat -> seat.tokens(bytes));
    if (!raw.terminated()) {
      throw MallardException.invalid(
          "SQL: a quote or a comment is not closed at the end of the text; close it");
    }
    return new TokenDecoder(sql, bytes).decode(raw.tokens());
  }

  /**
   * What statements there are in a text.
   *
   * @param sql without zero characters, nested no deeper than this thread's stack bears
   * @throws MallardException INVALID_ARGUMENT in DuckDB's words if it is not SQL
   */
  List<StatementType> statements(String sql) {
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    return ask(seat -> seat.statements(bytes));
  }

  @Override
  public void close() {
    for (NativeSeat seat = idle.poll(); seat != null; seat = idle.poll()) {
      seat.close();
    }
    NativeParser.duckdb_v2_instance_destroy(Pointer.nativeValue(instance));
    NativeParser.duckdb_v2_environment_destroy(Pointer.nativeValue(environment));
    instance.close();
    environment.close();
  }
}

package dev.mallard.duckdb.fence;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.mallard.error.MallardException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A connection to DuckDB's parser. One thread at a time. */
final class NativeSeat implements AutoCloseable {
  private static final int END_OF_INPUT = 8;
  private static final long LARGEST_KEPT = 1 << 16;

  // Places in the memory for what comes out.
  private static final long HANDLE = 0;
  private static final long ERROR = 8;
  private static final long TYPE = 16;
  private static final long START = 24;
  private static final long LENGTH = 32;
  private static final long TEXT = 40;
  private static final long SIZE = 56;

  private final Memory out = new Memory(SIZE);
  private final long connection;
  private Memory text = new Memory(4096);

  /**
   * A token as DuckDB tells it.
   *
   * @param type of the enumeration DUCKDB_V2_TOKEN_TYPE
   * @param start in bytes
   */
  record RawToken(int type, int start, int length) {}

  /**
   * @param terminated whether no quote is open at the end
   */
  record RawTokens(List<RawToken> tokens, boolean terminated) {}

  /**
   * @param instance of DuckDB, which outlives this
   */
  NativeSeat(long instance) {
    out.clear();
    check(NativeParser.duckdb_v2_connection_create(instance, at(HANDLE), at(ERROR)));
    this.connection = out.getLong(HANDLE);
  }

  private long at(long place) {
    return Pointer.nativeValue(out) + place;
  }

  private void check(int code) {
    if (code != 0) {
      throw MallardException.invalid(errorText());
    }
  }

  /** DuckDB's own words. */
  private String errorText() {
    long error = out.getLong(ERROR);
    if (error == 0) {
      return "SQL: the text cannot be parsed";
    }
    out.setLong(TEXT, 0);
    out.setLong(TEXT + 8, 0);
    NativeParser.duckdb_v2_error_info_get_text(error, at(TEXT));
    Pointer words = out.getPointer(TEXT);
    byte[] bytes = words == null ? new byte[0] : words.getByteArray(0, (int) out.getLong(TEXT + 8));
    NativeParser.duckdb_v2_error_info_destroy(at(ERROR));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void put(byte[] sql) {
    if (text.size() <= sql.length) {
      text.close();
      text = new Memory(Math.max(4096, sql.length + 1L));
    }
    text.write(0, sql, 0, sql.length);
    text.setByte(sql.length, (byte) 0);
    out.clear();
  }

  private void forget() {
    if (text.size() > LARGEST_KEPT) {
      text.close();
      text = new Memory(4096);
    }
  }

  /**
   * @param sql without zero bytes
   */
  RawTokens tokens(byte[] sql) {
    put(sql);
    out.setPointer(TEXT, text);
    out.setLong(TEXT + 8, sql.length);
    try {
      check(NativeParser.duckdb_v2_tokenize_sql(connection, at(TEXT), at(HANDLE), at(ERROR)));
      long iterator = out.getLong(HANDLE);
      try {
        List<RawToken> tokens = new ArrayList<>();
        for (RawToken token = next(iterator);
            token.type() != END_OF_INPUT;
            token = next(iterator)) {
          tokens.add(token);
        }
        check(
            NativeParser.duckdb_v2_token_iterator_ends_unterminated(iterator, at(TYPE), at(ERROR)));
        return new RawTokens(tokens, out.getByte(TYPE) == 0);
      } finally {
        NativeParser.duckdb_v2_token_iterator_destroy(at(HANDLE));
      }
    } finally {
      forget();
    }
  }

  private RawToken next(long iterator) {
    check(
        NativeParser.duckdb_v2_token_iterator_next(
            iterator, at(TYPE), at(START), at(LENGTH), at(ERROR)));
    return new RawToken(out.getInt(TYPE), (int) out.getLong(START), (int) out.getLong(LENGTH));
  }

  /**
   * The statements of a text.
   *
   * @param sql without zero bytes; nested no deeper than this thread's stack bears
   * @throws MallardException INVALID_ARGUMENT in DuckDB's words if it is not SQL
   */
  List<StatementType> statements(byte[] sql) {
    put(sql);
    try {
      check(
          NativeParser.duckdb_v2_parse_sql(
              connection, Pointer.nativeValue(text), at(HANDLE), at(ERROR)));
      long iterator = out.getLong(HANDLE);
      List<StatementType> types = new ArrayList<>();
      try {
        while (true) {
          out.setLong(START, 0);
          check(NativeParser.duckdb_v2_statement_iterator_next(iterator, at(START), at(ERROR)));
          long statement = out.getLong(START);
          if (statement == 0) {
            return types;
          }
          types.add(type(statement));
        }
      } finally {
        NativeParser.duckdb_v2_statement_iterator_destroy(at(HANDLE));
      }
    } finally {
      forget();
    }
  }

  private StatementType type(long statement) {
    out.setInt(TYPE, -1);
    try {
      check(NativeParser.duckdb_v2_sql_statement_get_type(statement, at(TYPE), at(ERROR)));
      return StatementType.of(out.getInt(TYPE));
    } finally {
      NativeParser.duckdb_v2_sql_statement_destroy(at(START));
    }
  }

  @Override
  public void close() {
    out.setLong(HANDLE, connection);
    NativeParser.duckdb_v2_connection_destroy(at(HANDLE));
    text.close();
    out.close();
  }
}

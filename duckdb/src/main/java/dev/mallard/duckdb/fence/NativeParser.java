package dev.mallard.duckdb.fence;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * DuckDB's C API (v2) as far as it parses. Pointers are passed as numbers: all platforms of
 * DuckDB's driver have 64 bits. A {@code str} is a pointer to an address and a length. All return
 * an error code, 0 for none.
 */
final class NativeParser {
  private NativeParser() {}

  static {
    Native.register(NativeParser.class, NativeLibrary.getInstance(DuckLibrary.loaded().toString()));
  }

  static native int duckdb_v2_environment_create(long outEnvironment, long outError);

  static native int duckdb_v2_environment_destroy(long environment);

  static native int duckdb_v2_instance_create_with_options(
      long environment, long names, long values, long count, long outInstance, long outError);

  static native int duckdb_v2_instance_destroy(long instance);

  static native int duckdb_v2_connection_create(long instance, long outConnection, long outError);

  static native int duckdb_v2_connection_destroy(long connection);

  static native int duckdb_v2_tokenize_sql(
      long connection, long sql, long outIterator, long outError);

  static native int duckdb_v2_token_iterator_next(
      long iterator, long outType, long outStart, long outLength, long outError);

  static native int duckdb_v2_token_iterator_ends_unterminated(
      long iterator, long outEnds, long outError);

  static native int duckdb_v2_token_iterator_destroy(long iterator);

  /**
   * @param sql ends with a zero byte
   */
  static native int duckdb_v2_parse_sql(long connection, long sql, long outIterator, long outError);

  static native int duckdb_v2_statement_iterator_next(
      long iterator, long outStatement, long outError);

  static native int duckdb_v2_statement_iterator_destroy(long iterator);

  static native int duckdb_v2_sql_statement_get_type(long statement, long outType, long outError);

  static native int duckdb_v2_sql_statement_destroy(long statement);

  static native int duckdb_v2_error_info_get_text(long error, long outText);

  static native int duckdb_v2_error_info_destroy(long error);
}

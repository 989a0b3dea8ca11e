package dev.mallard.duckdb.fence;

import java.util.List;
import java.util.Random;

/** Texts that may be SQL: grammar with odd quoting, odd spaces and odd places; reproducible. */
final class SqlTexts {
  /** What nobody may read or call. */
  static final List<String> FORBIDDEN_FUNCTIONS =
      List.of(
          "read_text",
          "read_csv",
          "glob",
          "current_setting",
          "pg_get_viewdef",
          "getvariable",
          "query",
          "histogram_values",
          "duckdb_settings",
          "duckdb_views",
          "parquet_scan",
          "json_serialize_plan");

  static final List<String> FORBIDDEN_TABLES =
      List.of("duckdb_views", "sqlite_master", "duckdb_databases", "pg_views", "pg_settings");

  private static final List<String> FUNCTIONS =
      List.of(
          "abs", "count", "list_value", "lower", "histogram", "coalesce", "struct_pack", "range");
  private static final List<String> TABLES = List.of("t", "s", "main.t", "x", "duckdb_tables");
  private static final List<String> COLUMNS = List.of("a", "b", "t.a", "version", "query", "glob_");
  private static final List<String> OPERATORS =
      List.of(
          "+", "-", "||", "=", "<", ">=", "AND", "OR", "->", "->>", "::", "IN", "LIKE", "%", "//",
          "**");
  private static final List<String> GAPS =
      List.of(
          " ",
          " ",
          " ",
          "\n",
          "\t",
          "/**/",
          " /* ' */ ",
          "--\"\n",
          "/* /* ` */ ; */",
          "\u00a0",
          "\u3000",
          "\ufeff");
  private static final List<String> JUNK =
      List.of(
          "'", "\"", "`", "$$", "$x$", ";", "--", "/*", "*/", "(", ")", "\\", "E'", "\u200b",
          "\u0001", "é", "😀", "[", "]", "{", "}", "?", "$1", ":=", "=>", "0x", "1e", ".", "..",
          "@", "#", "!", "~");

  private final Random random;

  SqlTexts(long seed) {
    this.random = new Random(seed);
  }

  private String one(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private String gap() {
    return chance(75) ? " " : one(GAPS);
  }

  /** In any of the spellings that mean the same. */
  String spelled(String name) {
    String cased = chance(20) ? name.toUpperCase(java.util.Locale.ROOT) : name;
    return switch (random.nextInt(6)) {
      case 0 -> '"' + cased + '"';
      case 1 -> '`' + cased + '`';
      case 2 -> chance(30) ? "main." + cased : cased;
      default -> cased;
    };
  }

  private String literal() {
    return switch (random.nextInt(9)) {
      case 0 -> "'it''s'";
      case 1 -> "E'a\\'b'";
      case 2 -> "$$;'\"$$";
      case 3 -> "$x$ -- $x$";
      case 4 -> "x'ff'";
      case 5 -> "'" + one(FORBIDDEN_TABLES) + "'";
      case 6 -> "1.5e3";
      case 7 -> "'/* ; `'";
      default -> String.valueOf(random.nextInt(1000));
    };
  }

  private String function() {
    return spelled(chance(15) ? one(FORBIDDEN_FUNCTIONS) : one(FUNCTIONS));
  }

  String expression(int depth) {
    if (depth <= 0) {
      return chance(50) ? literal() : spelledColumn();
    }
    return switch (random.nextInt(11)) {
      case 0 -> function() + gap() + "(" + expression(depth - 1) + ")";
      case 1 -> "(" + expression(depth - 1) + ")" + "." + function() + "()";
      case 2 -> "[" + expression(depth - 1) + "," + gap() + expression(depth - 1) + "]";
      case 3 -> "(" + query(depth - 1) + ")";
      case 4 -> "CASE WHEN " + expression(depth - 1) + " THEN " + expression(depth - 1) + " END";
      case 5 ->
          "list_transform([1], "
              + (chance(50) ? "lambda x: " : "x -> ")
              + expression(depth - 1)
              + ")";
      case 6 -> "{'k': " + expression(depth - 1) + "}";
      case 7 -> "EXISTS (" + query(depth - 1) + ")";
      default -> expression(depth - 1) + gap() + one(OPERATORS) + gap() + expression(depth - 1);
    };
  }

  private String spelledColumn() {
    String column = one(COLUMNS);
    return column.contains(".") ? column : spelled(column);
  }

  private String table(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 4)) {
      case 0 -> spelled(one(FORBIDDEN_TABLES));
      case 1 -> "'" + (chance(50) ? one(FORBIDDEN_TABLES) : "/etc/x.csv") + "'";
      case 4 -> "(" + query(depth - 1) + ")" + gap() + "AS u";
      case 5 -> function() + "(" + expression(depth - 1) + ")";
      case 6 -> table(depth - 1) + " JOIN " + table(depth - 1) + " ON " + expression(0);
      case 7 -> table(depth - 1) + "," + gap() + table(depth - 1);
      case 8 -> "(" + table(depth - 1) + ")";
      default -> one(TABLES);
    };
  }

  String query(int depth) {
    return switch (random.nextInt(10)) {
      case 0 -> "FROM" + gap() + table(depth);
      case 1 -> "VALUES (" + expression(depth) + ")";
      case 2 -> "WITH w AS (" + statement(depth - 1) + ") SELECT * FROM w";
      case 3 -> "SELECT 1 UNION ALL " + query(depth - 1);
      case 4 -> depth > 1 ? "PIVOT (" + query(depth - 1) + ") ON a" : "TABLE t";
      case 5 -> one(List.of("DESCRIBE ", "SUMMARIZE ", "SHOW ")) + table(0);
      default ->
          "SELECT"
              + gap()
              + expression(depth)
              + gap()
              + "AS"
              + gap()
              + spelled("c")
              + " FROM"
              + gap()
              + table(depth)
              + (chance(40) ? " WHERE " + expression(depth) : "");
    };
  }

  /** One statement, of any kind. */
  String statement(int depth) {
    return switch (random.nextInt(depth > 0 ? 26 : 3)) {
      case 3 -> "INSERT INTO" + gap() + "t " + query(depth - 1);
      case 4 -> "INSERT INTO t VALUES (" + expression(depth) + ") RETURNING " + expression(0);
      case 5 -> "UPDATE t SET a = " + expression(depth) + " FROM " + table(depth - 1);
      case 6 -> "DELETE FROM t USING " + table(depth - 1) + " WHERE " + expression(depth);
      case 7 -> "MERGE INTO t USING " + table(depth - 1) + " ON true WHEN MATCHED THEN DELETE";
      case 8 -> "CREATE TABLE n AS " + query(depth - 1);
      case 9 -> "CREATE VIEW n AS " + query(depth - 1);
      case 10 -> "CREATE MACRO n(p) AS " + expression(depth);
      case 11 -> "CREATE MACRO n(p) AS TABLE " + query(depth - 1);
      case 12 ->
          "CREATE TABLE n(a INT DEFAULT "
              + expression(depth)
              + ", b INT CHECK ("
              + expression(0)
              + "))";
      case 13 -> "CREATE INDEX n ON t((" + expression(depth) + "))";
      case 14 -> "EXPLAIN" + gap() + (chance(50) ? "ANALYZE " : "") + query(depth - 1);
      case 15 -> "ALTER TABLE t ADD COLUMN c INT DEFAULT " + expression(depth);
      case 16 ->
          one(
              List.of(
                  "ATTACH 'x' AS y",
                  "DETACH datasets",
                  "COPY t TO 'x'",
                  "SET threads = 1",
                  "CALL " + function() + "()",
                  "PRAGMA version",
                  "LOAD x",
                  "BEGIN",
                  "CHECKPOINT"));
      case 17 -> query(depth - 1) + gap() + ";" + gap() + statement(0);
      case 18 -> "DROP TABLE t";
      default -> query(depth);
    };
  }

  /** A statement, perhaps broken in some place. */
  String next() {
    StringBuilder text = new StringBuilder(statement(1 + random.nextInt(3)));
    int breaks = chance(35) ? 1 + random.nextInt(3) : 0;
    for (int i = 0; i < breaks; i++) {
      text.insert(random.nextInt(text.length() + 1), one(JUNK));
    }
    return text.toString();
  }
}

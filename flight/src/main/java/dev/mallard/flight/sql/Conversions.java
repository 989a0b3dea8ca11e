package dev.mallard.flight.sql;

import static org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportsConvert.*;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportsConvert;

/** Which types DuckDB casts into which. */
final class Conversions {
  private static final List<SqlSupportsConvert> NUMBERS =
      List.of(
          SQL_CONVERT_BIT,
          SQL_CONVERT_TINYINT,
          SQL_CONVERT_SMALLINT,
          SQL_CONVERT_INTEGER,
          SQL_CONVERT_BIGINT,
          SQL_CONVERT_REAL,
          SQL_CONVERT_FLOAT,
          SQL_CONVERT_DECIMAL,
          SQL_CONVERT_NUMERIC);

  private static final List<SqlSupportsConvert> TEXTS =
      List.of(SQL_CONVERT_CHAR, SQL_CONVERT_VARCHAR, SQL_CONVERT_LONGVARCHAR);

  private static final List<SqlSupportsConvert> BYTES =
      List.of(SQL_CONVERT_BINARY, SQL_CONVERT_VARBINARY, SQL_CONVERT_LONGVARBINARY);

  private static final List<SqlSupportsConvert> INTERVALS =
      List.of(SQL_CONVERT_INTERVAL_DAY_TIME, SQL_CONVERT_INTERVAL_YEAR_MONTH);

  private static final List<SqlSupportsConvert> TIMES =
      List.of(SQL_CONVERT_DATE, SQL_CONVERT_TIME, SQL_CONVERT_TIMESTAMP);

  /** By type to convert from. */
  static final Map<Integer, List<Integer>> ALL = all();

  private Conversions() {}

  private static Map<Integer, List<Integer>> all() {
    Map<Integer, List<Integer>> all = new TreeMap<>();
    add(all, NUMBERS, List.of(NUMBERS, TEXTS));
    add(all, TEXTS, List.of(NUMBERS, TEXTS, BYTES, TIMES, INTERVALS));
    add(all, BYTES, List.of(TEXTS, BYTES));
    add(all, INTERVALS, List.of(TEXTS, INTERVALS));
    List<SqlSupportsConvert> dates = List.of(SQL_CONVERT_DATE, SQL_CONVERT_TIMESTAMP);
    add(all, List.of(SQL_CONVERT_DATE), List.of(TEXTS, dates));
    add(all, List.of(SQL_CONVERT_TIME), List.of(TEXTS, List.of(SQL_CONVERT_TIME)));
    add(all, List.of(SQL_CONVERT_TIMESTAMP), List.of(TEXTS, TIMES));
    return all;
  }

  private static void add(
      Map<Integer, List<Integer>> all,
      List<SqlSupportsConvert> from,
      List<List<SqlSupportsConvert>> to) {
    List<Integer> targets =
        to.stream().flatMap(List::stream).map(SqlSupportsConvert::getNumber).sorted().toList();
    Stream.of(from).flatMap(List::stream).forEach(type -> all.put(type.getNumber(), targets));
  }
}

package dev.mallard.flight.sql;

import static org.apache.arrow.flight.sql.impl.FlightSql.XdbcDataType.*;
import static org.apache.arrow.flight.sql.impl.FlightSql.XdbcDatetimeSubcode.*;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.flight.sql.impl.FlightSql.XdbcDataType;
import org.apache.arrow.flight.sql.impl.FlightSql.XdbcDatetimeSubcode;
import org.jspecify.annotations.Nullable;

/**
 * A type of the engine in the terms of JDBC and ODBC; null where a term does not apply.
 *
 * @param size digits, bits or characters, by the kind of type
 * @param maxScale digits after the point; the least is 0 where it may be chosen, else the same
 * @param general what {@code type} is a kind of, for dates, times and intervals
 */
record XdbcType(
    String name,
    XdbcDataType type,
    @Nullable Integer size,
    @Nullable String prefix,
    @Nullable String suffix,
    List<String> parameters,
    boolean isText,
    @Nullable Boolean unsigned,
    @Nullable Integer maxScale,
    XdbcDataType general,
    @Nullable XdbcDatetimeSubcode subcode,
    @Nullable Integer radix) {

  /** All types, by data type and name. */
  static final List<XdbcType> ALL =
      Stream.of(
              integer("TINYINT", XDBC_TINYINT, 3),
              integer("SMALLINT", XDBC_SMALLINT, 5),
              integer("INTEGER", XDBC_INTEGER, 10),
              integer("BIGINT", XDBC_BIGINT, 19),
              integer("HUGEINT", XDBC_NUMERIC, 39),
              unsigned("UTINYINT", XDBC_TINYINT, 3),
              unsigned("USMALLINT", XDBC_SMALLINT, 5),
              unsigned("UINTEGER", XDBC_INTEGER, 10),
              unsigned("UBIGINT", XDBC_BIGINT, 20),
              unsigned("UHUGEINT", XDBC_NUMERIC, 39),
              number("BIGNUM", XDBC_NUMERIC, null, false, 0, 10),
              decimal(),
              number("FLOAT", XDBC_REAL, 24, false, null, 2),
              number("DOUBLE", XDBC_DOUBLE, 53, false, null, 2),
              other("BOOLEAN", XDBC_BIT, 1, null, null),
              text("VARCHAR", null),
              text("ENUM", null),
              text("JSON", null),
              text("UUID", 36),
              text("BIT", null),
              other("BLOB", XDBC_VARBINARY, null, "'", "'::BLOB"),
              other("GEOMETRY", XDBC_VARBINARY, null, null, null),
              time("DATE", XDBC_DATE, 10, null, "DATE '", XDBC_SUBCODE_DATE),
              time("TIME", XDBC_TIME, 15, 6, "TIME '", XDBC_SUBCODE_TIME),
              time("TIME_NS", XDBC_TIME, 18, 9, "TIME_NS '", XDBC_SUBCODE_TIME),
              time(
                  "TIME WITH TIME ZONE",
                  XDBC_TIME,
                  24,
                  6,
                  "TIMETZ '",
                  XDBC_SUBCODE_TIME_WITH_TIMEZONE),
              time("TIMESTAMP", XDBC_TIMESTAMP, 26, 6, "TIMESTAMP '", XDBC_SUBCODE_TIMESTAMP),
              time("TIMESTAMP_S", XDBC_TIMESTAMP, 19, 0, "TIMESTAMP_S '", XDBC_SUBCODE_TIMESTAMP),
              time("TIMESTAMP_MS", XDBC_TIMESTAMP, 23, 3, "TIMESTAMP_MS '", XDBC_SUBCODE_TIMESTAMP),
              time("TIMESTAMP_NS", XDBC_TIMESTAMP, 29, 9, "TIMESTAMP_NS '", XDBC_SUBCODE_TIMESTAMP),
              time(
                  "TIMESTAMP WITH TIME ZONE",
                  XDBC_TIMESTAMP,
                  32,
                  6,
                  "TIMESTAMPTZ '",
                  XDBC_SUBCODE_TIMESTAMP_WITH_TIMEZONE),
              interval(),
              nested("ARRAY"),
              nested("LIST"),
              nested("MAP"),
              nested("STRUCT"),
              nested("UNION"),
              nested("VARIANT"))
          .sorted(
              Comparator.comparingInt((XdbcType type) -> type.type().getNumber())
                  .thenComparing(XdbcType::name))
          .toList();

  private static XdbcType integer(String name, XdbcDataType type, int digits) {
    return number(name, type, digits, false, 0, 10);
  }

  private static XdbcType unsigned(String name, XdbcDataType type, int digits) {
    return number(name, type, digits, true, 0, 10);
  }

  private static XdbcType number(
      String name,
      XdbcDataType type,
      @Nullable Integer size,
      boolean unsigned,
      @Nullable Integer scale,
      int radix) {
    return new XdbcType(
        name, type, size, null, null, List.of(), false, unsigned, scale, type, null, radix);
  }

  private static XdbcType decimal() {
    List<String> parameters = List.of("precision", "scale");
    return new XdbcType(
        "DECIMAL",
        XDBC_DECIMAL,
        38,
        null,
        null,
        parameters,
        false,
        false,
        38,
        XDBC_DECIMAL,
        null,
        10);
  }

  private static XdbcType text(String name, @Nullable Integer size) {
    return new XdbcType(
        name, XDBC_VARCHAR, size, "'", "'", List.of(), true, null, null, XDBC_VARCHAR, null, null);
  }

  private static XdbcType other(
      String name,
      XdbcDataType type,
      @Nullable Integer size,
      @Nullable String prefix,
      @Nullable String suffix) {
    return new XdbcType(
        name, type, size, prefix, suffix, List.of(), false, null, null, type, null, null);
  }

  private static XdbcType time(
      String name,
      XdbcDataType type,
      int size,
      @Nullable Integer scale,
      String prefix,
      XdbcDatetimeSubcode subcode) {
    return new XdbcType(
        name, type, size, prefix, "'", List.of(), false, null, scale, XDBC_DATETIME, subcode, null);
  }

  private static XdbcType interval() {
    return new XdbcType(
        "INTERVAL",
        XDBC_INTERVAL,
        null,
        "INTERVAL '",
        "'",
        List.of(),
        false,
        null,
        6,
        XDBC_INTERVAL,
        XDBC_SUBCODE_UNKNOWN,
        null);
  }

  private static XdbcType nested(String name) {
    return other(name, XDBC_UNKNOWN_TYPE, null, null, null);
  }

  /** The scale may be chosen. */
  boolean scaleVaries() {
    return parameters.contains("scale");
  }
}

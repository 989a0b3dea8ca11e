package dev.mallard.duckdb;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * DuckDB's types as Arrow's, read from their names ({@code STRUCT(a INTEGER, b VARCHAR[])}). Types
 * whose Arrow form clients cannot read without loss are sent as text.
 *
 * @see <a href="https://duckdb.org/docs/stable/sql/data_types/overview">Data types</a>
 */
final class DuckTypes {
  private static final String TEXT = "VARCHAR";

  private final String text;
  private final String zone;
  private int at;

  private DuckTypes(String text, String zone) {
    this.text = text;
    this.zone = zone;
  }

  /**
   * A type, and how to write it in SQL after what clients cannot read has become text.
   *
   * @param isText whether anything in it has
   */
  private record Parsed(ArrowType type, List<Field> children, String readable, boolean isText) {}

  /**
   * The column that DuckDB exports for a type.
   *
   * @param zone of the session, which timestamps with a zone bear
   * @return empty if the name does not say all (enumerations, types that are not known yet)
   */
  static Optional<Field> field(String name, String type, String zone) {
    try {
      DuckTypes parser = new DuckTypes(type, zone);
      Parsed parsed = parser.type();
      if (parser.at < type.length()) {
        return Optional.empty();
      }
      return Optional.of(field(name, parsed, true));
    } catch (UnknownTypeException | StringIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /**
   * The type to cast to so that clients can read every value.
   *
   * @return empty if the type is fine as it is
   */
  static Optional<String> readable(String type) {
    try {
      DuckTypes parser = new DuckTypes(type, "UTC");
      Parsed parsed = parser.type();
      return parsed.isText() && parser.at == type.length()
          ? Optional.of(parsed.readable())
          : Optional.empty();
    } catch (UnknownTypeException | StringIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static final class UnknownTypeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static Field field(String name, Parsed parsed, boolean nullable) {
    return new Field(name, new FieldType(nullable, parsed.type(), null), parsed.children());
  }

  private Parsed type() {
    Parsed parsed = base();
    while (at < text.length() && text.charAt(at) == '[') {
      parsed = array(parsed);
    }
    return parsed;
  }

  private Parsed array(Parsed element) {
    int close = text.indexOf(']', at);
    String size = text.substring(at + 1, close);
    at = close + 1;
    if (size.isEmpty()) {
      return new Parsed(
          ArrowType.List.INSTANCE,
          List.of(field("l", element, true)),
          element.readable() + "[]",
          element.isText());
    }
    return new Parsed(
        new ArrowType.FixedSizeList(Integer.parseInt(size)),
        List.of(field("", element, true)),
        element.readable() + "[" + size + "]",
        element.isText());
  }

  private Parsed base() {
    String name = text.startsWith("\"NULL\"", at) ? quotedNull() : name();
    return switch (name) {
      case "STRUCT" -> struct();
      case "MAP" -> map();
      case "UNION" -> union();
      case "DECIMAL" -> decimal();
      default -> simple(name);
    };
  }

  private String quotedNull() {
    at += "\"NULL\"".length();
    return "NULL";
  }

  /** Letters, digits, underscores, and the spaces of {@code TIMESTAMP WITH TIME ZONE}. */
  private String name() {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    if (text.startsWith(" WITH TIME ZONE", at)) {
      at += " WITH TIME ZONE".length();
    }
    return text.substring(start, at);
  }

  private Parsed simple(String name) {
    ArrowType type =
        switch (name) {
          case "BOOLEAN" -> ArrowType.Bool.INSTANCE;
          case "TINYINT" -> new ArrowType.Int(8, true);
          case "SMALLINT" -> new ArrowType.Int(16, true);
          case "INTEGER" -> new ArrowType.Int(32, true);
          case "BIGINT" -> new ArrowType.Int(64, true);
          case "UTINYINT" -> new ArrowType.Int(8, false);
          case "USMALLINT" -> new ArrowType.Int(16, false);
          case "UINTEGER" -> new ArrowType.Int(32, false);
          case "UBIGINT" -> new ArrowType.Int(64, false);
          case "HUGEINT" -> new ArrowType.Decimal(38, 0, 128);
          case "FLOAT" -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
          case "DOUBLE" -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
          case "VARCHAR",
              "JSON",
              "UUID",
              "UHUGEINT",
              "BIGNUM",
              "BIT",
              "VARIANT",
              "TIME WITH TIME ZONE" ->
              ArrowType.Utf8.INSTANCE;
          case "BLOB", "GEOMETRY" -> ArrowType.Binary.INSTANCE;
          case "DATE" -> new ArrowType.Date(DateUnit.DAY);
          case "TIME" -> new ArrowType.Time(TimeUnit.MICROSECOND, 64);
          case "TIME_NS" -> new ArrowType.Time(TimeUnit.NANOSECOND, 64);
          case "TIMESTAMP" -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
          case "TIMESTAMP_S" -> new ArrowType.Timestamp(TimeUnit.SECOND, null);
          case "TIMESTAMP_MS" -> new ArrowType.Timestamp(TimeUnit.MILLISECOND, null);
          case "TIMESTAMP_NS" -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, null);
          case "INTERVAL" -> new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO);
          case "NULL" -> ArrowType.Null.INSTANCE;
          case "TIMESTAMP WITH TIME ZONE" -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, zone);
          // An enumeration's name does not tell its values.
          default -> throw new UnknownTypeException();
        };
    return new Parsed(type, List.of(), isText(name) ? TEXT : name, isText(name));
  }

  /** Types that are numbers, bits or structures to DuckDB and text to clients. */
  private static boolean isText(String name) {
    return switch (name) {
      case "UHUGEINT", "BIGNUM", "BIT", "VARIANT", "TIME WITH TIME ZONE" -> true;
      default -> false;
    };
  }

  private Parsed decimal() {
    int close = text.indexOf(')', at);
    String[] parts = text.substring(at + 1, close).split(",");
    at = close + 1;
    int precision = Integer.parseInt(parts[0].trim());
    int scale = Integer.parseInt(parts[1].trim());
    return new Parsed(
        new ArrowType.Decimal(precision, scale, 128),
        List.of(),
        "DECIMAL(" + precision + "," + scale + ")",
        false);
  }

  /** The names and types between parentheses. */
  private List<Member> members(boolean named) {
    List<Member> members = new ArrayList<>();
    expect('(');
    while (text.charAt(at) != ')') {
      if (!members.isEmpty()) {
        expect(',');
        expect(' ');
      }
      String name = "";
      if (named) {
        name = memberName();
        expect(' ');
      }
      members.add(new Member(name, type()));
    }
    expect(')');
    return members;
  }

  private record Member(String name, Parsed type) {}

  private String memberName() {
    if (text.charAt(at) != '"') {
      int start = at;
      while (text.charAt(at) != ' ') {
        at++;
      }
      return text.substring(start, at);
    }
    StringBuilder name = new StringBuilder();
    at++;
    while (text.charAt(at) != '"' || (at + 1 < text.length() && text.charAt(at + 1) == '"')) {
      at += text.charAt(at) == '"' ? 1 : 0;
      name.append(text.charAt(at++));
    }
    at++;
    return name.toString();
  }

  private void expect(char c) {
    if (text.charAt(at) != c) {
      throw new UnknownTypeException();
    }
    at++;
  }

  private Parsed struct() {
    return composed(ArrowType.Struct.INSTANCE, "STRUCT", members(true));
  }

  private Parsed union() {
    List<Member> members = members(true);
    int[] ids = java.util.stream.IntStream.range(0, members.size()).toArray();
    return composed(new ArrowType.Union(UnionMode.Sparse, ids), "UNION", members);
  }

  private static Parsed composed(ArrowType type, String name, List<Member> members) {
    List<Field> fields = new ArrayList<>();
    List<String> readable = new ArrayList<>();
    for (Member member : members) {
      fields.add(field(member.name(), member.type(), true));
      readable.add(SqlNames.quote(member.name()) + " " + member.type().readable());
    }
    boolean isText = members.stream().anyMatch(member -> member.type().isText());
    return new Parsed(type, fields, name + "(" + String.join(", ", readable) + ")", isText);
  }

  private Parsed map() {
    List<Member> members = members(false);
    Parsed key = members.get(0).type();
    Parsed value = members.get(1).type();
    Field entries =
        new Field(
            "entries",
            FieldType.notNullable(ArrowType.Struct.INSTANCE),
            List.of(field("key", key, false), field("value", value, true)));
    return new Parsed(
        new ArrowType.Map(false),
        List.of(entries),
        "MAP(" + key.readable() + ", " + value.readable() + ")",
        key.isText() || value.isText());
  }
}

package dev.mallard.flight.sql;

import dev.mallard.query.SqlMetadata;
import dev.mallard.query.TableInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What Flight SQL tells of a table's columns in the metadata of its schema's fields, beside what
 * they have already. Only what is known: no precision but that of decimals, no remarks.
 */
final class ColumnMetadata {
  private static final String PREFIX = "ARROW:FLIGHT:SQL:";

  private final Map<String, String> common = new LinkedHashMap<>();

  ColumnMetadata(TableInfo table) {
    common.put(PREFIX + "CATALOG_NAME", table.catalog());
    // The specification has the one name, client libraries read the other.
    common.put(PREFIX + "DB_SCHEMA_NAME", table.schema());
    common.put(PREFIX + "SCHEMA_NAME", table.schema());
    common.put(PREFIX + "TABLE_NAME", table.name());
    common.put(PREFIX + "IS_AUTO_INCREMENT", "0");
    common.put(PREFIX + "IS_SEARCHABLE", "1");
    boolean writable = table.catalog().equals(SqlMetadata.TABLES) && table.type().equals("TABLE");
    common.put(PREFIX + "IS_READ_ONLY", writable ? "0" : "1");
  }

  /** A column's metadata, all of it. */
  Map<String, String> of(Field field) {
    Map<String, String> metadata = new LinkedHashMap<>(common);
    metadata.putAll(field.getMetadata());
    metadata.put(PREFIX + "TYPE_NAME", SqlTypeName.of(field));
    boolean isText = field.getType() instanceof ArrowType.Utf8;
    metadata.put(PREFIX + "IS_CASE_SENSITIVE", isText ? "1" : "0");
    if (field.getType() instanceof ArrowType.Decimal decimal) {
      metadata.put(PREFIX + "PRECISION", Integer.toString(decimal.getPrecision()));
      metadata.put(PREFIX + "SCALE", Integer.toString(decimal.getScale()));
    }
    return metadata;
  }
}

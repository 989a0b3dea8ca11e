package dev.mallard.flight.sql;

import dev.mallard.query.SqlMetadata;
import dev.mallard.query.TableInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What Flight SQL tells of a table's columns in the metadata of its schema's fields, beside what
 * they have already. Only what is known: no precision but that of decimals, no remarks.
 */
final class ColumnMetadata {
  private static final String PREFIX = "ARROW:FLIGHT:SQL:";
  private static final String TYPE_NAME = PREFIX + "TYPE_NAME";
  private static final String PRECISION = PREFIX + "PRECISION";
  private static final String SCALE = PREFIX + "SCALE";

  private ColumnMetadata() {}

  /** The table's schema with it. */
  static Schema described(TableInfo table) {
    Schema columns = table.columns().get();
    Map<String, String> common = common(table);
    List<Field> fields = new ArrayList<>(columns.getFields().size());
    for (Field field : columns.getFields()) {
      fields.add(described(field, common));
    }
    return new Schema(fields, columns.getCustomMetadata());
  }

  private static Map<String, String> common(TableInfo table) {
    Map<String, String> common = new HashMap<>();
    common.put(PREFIX + "CATALOG_NAME", table.catalog());
    // The specification has the one name, arrow-java reads the other.
    common.put(PREFIX + "DB_SCHEMA_NAME", table.schema());
    common.put(PREFIX + "SCHEMA_NAME", table.schema());
    common.put(PREFIX + "TABLE_NAME", table.name());
    common.put(PREFIX + "IS_AUTO_INCREMENT", "0");
    common.put(PREFIX + "IS_SEARCHABLE", "1");
    boolean writable = table.catalog().equals(SqlMetadata.TABLES) && table.type().equals("TABLE");
    common.put(PREFIX + "IS_READ_ONLY", writable ? "0" : "1");
    return common;
  }

  private static Field described(Field field, Map<String, String> common) {
    Map<String, String> metadata = new HashMap<>(common);
    metadata.putAll(field.getMetadata());
    metadata.put(TYPE_NAME, SqlTypeName.of(field));
    boolean isText = field.getType() instanceof ArrowType.Utf8;
    metadata.put(PREFIX + "IS_CASE_SENSITIVE", isText ? "1" : "0");
    if (field.getType() instanceof ArrowType.Decimal decimal) {
      metadata.put(PRECISION, Integer.toString(decimal.getPrecision()));
      metadata.put(SCALE, Integer.toString(decimal.getScale()));
    }
    FieldType type =
        new FieldType(field.isNullable(), field.getType(), field.getDictionary(), metadata);
    return new Field(field.getName(), type, field.getChildren());
  }
}

package dev.mallard.flight.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The schemas of the answers to metadata commands, as FlightSql.proto has them, to the letter: ADBC
 * refuses an answer whose names, types or nullability differ.
 */
final class MetadataSchemas {
  private static final ArrowType UTF8 = ArrowType.Utf8.INSTANCE;
  private static final ArrowType INT32 = new ArrowType.Int(32, true);
  private static final ArrowType UINT8 = new ArrowType.Int(8, false);
  private static final ArrowType BOOL = ArrowType.Bool.INSTANCE;

  static final Schema CATALOGS = schema(required("catalog_name", UTF8));

  static final Schema DB_SCHEMAS =
      schema(optional("catalog_name", UTF8), required("db_schema_name", UTF8));

  static final Schema TABLES =
      schema(
          optional("catalog_name", UTF8),
          optional("db_schema_name", UTF8),
          required("table_name", UTF8),
          required("table_type", UTF8));

  static final Schema TABLES_WITH_SCHEMA =
      plus(TABLES, required("table_schema", ArrowType.Binary.INSTANCE));

  static final Schema TABLE_TYPES = schema(required("table_type", UTF8));

  static final Schema PRIMARY_KEYS =
      schema(
          optional("catalog_name", UTF8),
          optional("db_schema_name", UTF8),
          required("table_name", UTF8),
          required("column_name", UTF8),
          optional("key_name", UTF8),
          required("key_sequence", INT32));

  /** Of imported keys, exported keys and cross references. */
  static final Schema FOREIGN_KEYS =
      schema(
          optional("pk_catalog_name", UTF8),
          optional("pk_db_schema_name", UTF8),
          required("pk_table_name", UTF8),
          required("pk_column_name", UTF8),
          optional("fk_catalog_name", UTF8),
          optional("fk_db_schema_name", UTF8),
          required("fk_table_name", UTF8),
          required("fk_column_name", UTF8),
          required("key_sequence", INT32),
          optional("fk_key_name", UTF8),
          optional("pk_key_name", UTF8),
          required("update_rule", UINT8),
          required("delete_rule", UINT8));

  static final Schema XDBC_TYPE_INFO =
      schema(
          required("type_name", UTF8),
          required("data_type", INT32),
          optional("column_size", INT32),
          optional("literal_prefix", UTF8),
          optional("literal_suffix", UTF8),
          list("create_params", required("item", UTF8)),
          required("nullable", INT32),
          required("case_sensitive", BOOL),
          required("searchable", INT32),
          optional("unsigned_attribute", BOOL),
          required("fixed_prec_scale", BOOL),
          optional("auto_increment", BOOL),
          optional("local_type_name", UTF8),
          optional("minimum_scale", INT32),
          optional("maximum_scale", INT32),
          required("sql_data_type", INT32),
          optional("datetime_subcode", INT32),
          optional("num_prec_radix", INT32),
          optional("interval_precision", INT32));

  static final Schema SQL_INFO =
      schema(
          required("info_name", new ArrowType.Int(32, false)),
          new Field(
              "value",
              FieldType.nullable(
                  new ArrowType.Union(UnionMode.Dense, new int[] {0, 1, 2, 3, 4, 5})),
              List.of(
                  optional("string_value", UTF8),
                  optional("bool_value", BOOL),
                  optional("bigint_value", new ArrowType.Int(64, true)),
                  optional("int32_bitmask", INT32),
                  list("string_list", optional("string_data", UTF8)),
                  new Field(
                      "int32_to_int32_list_map",
                      FieldType.nullable(new ArrowType.Map(false)),
                      List.of(
                          new Field(
                              "entries",
                              FieldType.notNullable(ArrowType.Struct.INSTANCE),
                              List.of(
                                  required("key", INT32),
                                  list("value", optional("$data$", INT32)))))))));

  private MetadataSchemas() {}

  private static Schema schema(Field... fields) {
    return new Schema(List.of(fields));
  }

  private static Schema plus(Schema schema, Field field) {
    List<Field> fields = new ArrayList<>(schema.getFields());
    fields.add(field);
    return new Schema(fields);
  }

  private static Field required(String name, ArrowType type) {
    return Field.notNullable(name, type);
  }

  private static Field optional(String name, ArrowType type) {
    return Field.nullable(name, type);
  }

  private static Field list(String name, Field item) {
    return new Field(name, FieldType.nullable(ArrowType.List.INSTANCE), List.of(item));
  }
}

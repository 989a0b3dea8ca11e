package dev.mallard.flight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.query.ForeignKey;
import dev.mallard.query.PrimaryKey;
import dev.mallard.query.SchemaName;
import dev.mallard.query.SqlMetadata;
import dev.mallard.query.TableInfo;
import dev.mallard.testing.LeakCheckedAllocator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.arrow.flight.sql.FlightSqlColumnMetadata;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MetadataAnswersTest {
  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  private static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.notNullable("id", new ArrowType.Int(64, true)),
              Field.nullable("name", ArrowType.Utf8.INSTANCE),
              Field.nullable("price", new ArrowType.Decimal(18, 3, 128)),
              Field.nullable("at", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
              new Field(
                  "tags",
                  FieldType.nullable(ArrowType.List.INSTANCE),
                  List.of(Field.nullable("item", new ArrowType.Int(32, false))))));

  private static TableInfo table(String catalog, String schema, String name, String type) {
    return new TableInfo(catalog, schema, name, type, () -> COLUMNS);
  }

  private Answers answers() {
    return new Answers(
        new FixedMetadata(
            List.of(
                new SchemaName("mallard", "main"),
                new SchemaName("mallard", "extra"),
                new SchemaName("datasets", "main")),
            List.of(
                table("mallard", "main", "orders", "TABLE"),
                table("datasets", "main", "sales", "VIEW"),
                table("mallard", "extra", "a_b", "TABLE"),
                table("mallard", "extra", "axb", "VIEW")),
            List.of(
                new PrimaryKey(FixedMetadata.table("orders"), "line", 2, "pk"),
                new PrimaryKey(FixedMetadata.table("orders"), "id", 1, "pk"),
                new PrimaryKey(FixedMetadata.table("other"), "id", 1, "pk2")),
            List.of(
                new ForeignKey(
                    FixedMetadata.table("orders"),
                    "id",
                    FixedMetadata.table("lines"),
                    "order_id",
                    1,
                    "fk",
                    "pk"))),
        memory.get());
  }

  @Test
  void catalogsAreSortedAndOnce() throws IOException {
    assertThat(answers().rows(new FlightSqlCommand.Catalogs()))
        .containsExactly(List.of("datasets"), List.of("mallard"));
  }

  @Test
  void schemasAreFiltered() throws IOException {
    assertThat(answers().rows(new FlightSqlCommand.DbSchemas(null, null)))
        .containsExactly(
            List.of("datasets", "main"), List.of("mallard", "extra"), List.of("mallard", "main"));
    assertThat(answers().rows(new FlightSqlCommand.DbSchemas("mallard", "m%")))
        .containsExactly(List.of("mallard", "main"));
    assertThat(answers().rows(new FlightSqlCommand.DbSchemas("", null))).isEmpty();
  }

  private static FlightSqlCommand.Tables tables(String catalog, String schema, String table) {
    return new FlightSqlCommand.Tables(catalog, schema, table, Set.of(), false);
  }

  @Test
  void tablesAreFiltered() throws IOException {
    assertThat(answers().rows(tables(null, null, null)))
        .containsExactly(
            List.of("datasets", "main", "sales", "VIEW"),
            List.of("mallard", "extra", "a_b", "TABLE"),
            List.of("mallard", "extra", "axb", "VIEW"),
            List.of("mallard", "main", "orders", "TABLE"));
    assertThat(answers().rows(tables("mallard", "e%", "a\\_b"))).hasSize(1);
    assertThat(answers().rows(tables(null, null, "a_b"))).hasSize(2);
    assertThat(answers().rows(new FlightSqlCommand.Tables(null, null, null, Set.of("VIEW"), false)))
        .hasSize(2);
    assertThat(answers().rows(tables("nowhere", null, null))).isEmpty();
  }

  @Test
  void aTablesSchemaTellsOfItsColumns() throws IOException {
    List<List<Object>> rows =
        answers().rows(new FlightSqlCommand.Tables("mallard", "main", "orders", Set.of(), true));

    Schema schema =
        MessageSerializer.deserializeSchema(
            new ReadChannel(
                Channels.newChannel(new ByteArrayInputStream((byte[]) rows.get(0).get(4)))));
    assertThat(schema.getFields())
        .extracting(Field::getName)
        .containsExactly("id", "name", "price", "at", "tags");
    assertThat(schema.getFields())
        .extracting(field -> new FlightSqlColumnMetadata(field.getMetadata()).getTypeName())
        .containsExactly(
            "BIGINT", "VARCHAR", "DECIMAL(18,3)", "TIMESTAMP WITH TIME ZONE", "UINTEGER[]");
    FlightSqlColumnMetadata price =
        new FlightSqlColumnMetadata(schema.findField("price").getMetadata());
    assertThat(price.getPrecision()).isEqualTo(18);
    assertThat(price.getScale()).isEqualTo(3);
    assertThat(price.getTableName()).isEqualTo("orders");
    assertThat(price.getSchemaName()).isEqualTo("main");
    assertThat(price.getCatalogName()).isEqualTo("mallard");
    assertThat(price.isReadOnly()).isFalse();
    assertThat(price.isAutoIncrement()).isFalse();
    assertThat(price.isSearchable()).isTrue();
  }

  @Test
  void extensionTypesGoByTheirSqlNames() {
    assertThat(named(Map.of("ARROW:extension:name", "arrow.uuid"))).isEqualTo("UUID");
    assertThat(
            named(
                Map.of(
                    "ARROW:extension:name", "arrow.opaque",
                    "ARROW:extension:metadata",
                        "{\"type_name\":\"hugeint\",\"vendor_name\":\"DuckDB\"}")))
        .isEqualTo("HUGEINT");
    assertThat(named(Map.of("ARROW:extension:name", "acme.thing"))).isEqualTo("BLOB");
  }

  private static String named(Map<String, String> metadata) {
    FieldType type = new FieldType(true, new ArrowType.FixedSizeBinary(16), null, metadata);
    return SqlTypeName.of(new Field("x", type, null));
  }

  @Test
  void tableTypesAreSorted() throws IOException {
    assertThat(answers().rows(new FlightSqlCommand.TableTypes()))
        .containsExactly(List.of("TABLE"), List.of("VIEW"));
  }

  @Test
  void primaryKeysComeInTheirOrder() throws IOException {
    assertThat(answers().rows(new FlightSqlCommand.PrimaryKeys(new TableRef(null, null, "orders"))))
        .containsExactly(
            List.of("mallard", "main", "orders", "id", "pk", 1),
            List.of("mallard", "main", "orders", "line", "pk", 2));
    assertThat(answers().rows(new FlightSqlCommand.PrimaryKeys(new TableRef("x", null, "orders"))))
        .isEmpty();
  }

  @Test
  void foreignKeysAreFoundFromBothSides() throws IOException {
    List<Object> key =
        List.of(
            "mallard",
            "main",
            "orders",
            "id",
            "mallard",
            "main",
            "lines",
            "order_id",
            1,
            "fk",
            "pk",
            (byte) 3,
            (byte) 3);
    TableRef orders = new TableRef(null, "main", "orders");
    TableRef lines = new TableRef("mallard", null, "lines");
    assertThat(answers().rows(new FlightSqlCommand.ImportedKeys(lines))).containsExactly(key);
    assertThat(answers().rows(new FlightSqlCommand.ImportedKeys(orders))).isEmpty();
    assertThat(answers().rows(new FlightSqlCommand.ExportedKeys(orders))).containsExactly(key);
    assertThat(answers().rows(new FlightSqlCommand.ExportedKeys(lines))).isEmpty();
    assertThat(answers().rows(new FlightSqlCommand.CrossReference(orders, lines)))
        .containsExactly(key);
    assertThat(answers().rows(new FlightSqlCommand.CrossReference(lines, orders))).isEmpty();
  }

  @Test
  void typesAreSortedAndFiltered() throws IOException {
    List<List<Object>> all = answers().rows(new FlightSqlCommand.XdbcTypeInfo(null));
    assertThat(all).hasSizeGreaterThan(30);
    assertThat(all).extracting(row -> (Integer) row.get(1)).isSorted();
    assertThat(answers().rows(new FlightSqlCommand.XdbcTypeInfo(-5)))
        .extracting(row -> row.get(0))
        .containsExactly("BIGINT", "UBIGINT");
    List<Object> decimal = answers().rows(new FlightSqlCommand.XdbcTypeInfo(3)).get(0);
    assertThat(decimal.get(5)).isEqualTo("[\"precision\",\"scale\"]");
    assertThat(answers().rows(new FlightSqlCommand.XdbcTypeInfo(-5)).get(0).get(5)).isNull();
  }

  /** arrow-java has the columns of primary keys in another order than the specification. */
  @Test
  void schemasAreThoseThatClientsHaveBuiltIn() {
    MetadataAnswers answers = answers().all();
    TableRef table = new TableRef(null, null, "t");
    assertThat(answers.schema(new FlightSqlCommand.Catalogs()))
        .isEqualTo(Schemas.GET_CATALOGS_SCHEMA);
    assertThat(answers.schema(new FlightSqlCommand.DbSchemas(null, null)))
        .isEqualTo(Schemas.GET_SCHEMAS_SCHEMA);
    assertThat(answers.schema(tables(null, null, null)))
        .isEqualTo(Schemas.GET_TABLES_SCHEMA_NO_SCHEMA);
    assertThat(answers.schema(new FlightSqlCommand.Tables(null, null, null, Set.of(), true)))
        .isEqualTo(Schemas.GET_TABLES_SCHEMA);
    assertThat(answers.schema(new FlightSqlCommand.TableTypes()))
        .isEqualTo(Schemas.GET_TABLE_TYPES_SCHEMA);
    assertThat(answers.schema(new FlightSqlCommand.ImportedKeys(table)))
        .isEqualTo(Schemas.GET_IMPORTED_KEYS_SCHEMA);
    assertThat(answers.schema(new FlightSqlCommand.ExportedKeys(table)))
        .isEqualTo(Schemas.GET_EXPORTED_KEYS_SCHEMA);
    assertThat(answers.schema(new FlightSqlCommand.CrossReference(table, table)))
        .isEqualTo(Schemas.GET_CROSS_REFERENCE_SCHEMA);
    assertThat(answers.schema(new FlightSqlCommand.XdbcTypeInfo(null)))
        .isEqualTo(Schemas.GET_TYPE_INFO_SCHEMA);
    assertThat(answers.schema(new FlightSqlCommand.PrimaryKeys(table)).getFields())
        .containsExactlyInAnyOrderElementsOf(Schemas.GET_PRIMARY_KEYS_SCHEMA.getFields());
  }

  @Test
  void manyTablesComeInSeveralBatches() throws IOException {
    List<TableInfo> tables =
        IntStream.range(0, 5_000)
            .mapToObj(i -> table(SqlMetadata.TABLES, "main", "table_" + i, "TABLE"))
            .toList();
    Answers many =
        new Answers(new FixedMetadata(List.of(), tables, List.of(), List.of()), memory.get());
    List<Integer> rows = new ArrayList<>();

    many.batches(
        new FlightSqlCommand.Tables(null, null, null, Set.of(), true),
        root -> rows.add(root.getRowCount()));

    assertThat(rows).hasSizeGreaterThan(5);
    assertThat(rows.stream().mapToInt(Integer::intValue).sum()).isEqualTo(5_000);
  }
}

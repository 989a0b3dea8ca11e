package dev.mallard.flight.sql;

import dev.mallard.arrow.BatchStream;
import dev.mallard.query.SchemaName;
import dev.mallard.query.SqlMetadata;
import dev.mallard.query.TableInfo;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Catalogs, schemas, tables and their types. */
final class TableAnswers {
  /** Rows of a batch; with schemas a row may take some KiB. */
  private static final int PAGE = 4096;

  private static final int PAGE_WITH_SCHEMA = 512;

  private static final Comparator<TableInfo> ORDER =
      Comparator.comparing(TableInfo::catalog)
          .thenComparing(TableInfo::schema)
          .thenComparing(TableInfo::name)
          .thenComparing(TableInfo::type);

  private final Supplier<SqlMetadata> metadata;
  private final BufferAllocator allocator;

  TableAnswers(Supplier<SqlMetadata> metadata, BufferAllocator allocator) {
    this.metadata = metadata;
    this.allocator = allocator;
  }

  BatchStream catalogs() {
    List<String> names =
        metadata.get().schemas().stream().map(SchemaName::catalog).distinct().sorted().toList();
    return texts(MetadataSchemas.CATALOGS, names);
  }

  BatchStream schemas(FlightSqlCommand.DbSchemas command) {
    LikePattern pattern = LikePattern.of(command.schemaPattern());
    List<SchemaName> found =
        metadata.get().schemas().stream()
            .filter(schema -> isIn(command.catalog(), schema.catalog()))
            .filter(schema -> pattern.matches(schema.schema()))
            .sorted(Comparator.comparing(SchemaName::catalog).thenComparing(SchemaName::schema))
            .toList();
    return new RowStream<>(
        MetadataSchemas.DB_SCHEMAS,
        found,
        PAGE,
        (schema, root, row) -> {
          Cells.text(root, 0, row, schema.catalog());
          Cells.text(root, 1, row, schema.schema());
        },
        allocator);
  }

  static Schema schemaOf(FlightSqlCommand.Tables command) {
    return command.includeSchema() ? MetadataSchemas.TABLES_WITH_SCHEMA : MetadataSchemas.TABLES;
  }

  BatchStream tables(FlightSqlCommand.Tables command) {
    LikePattern schemas = LikePattern.of(command.schemaPattern());
    LikePattern names = LikePattern.of(command.tablePattern());
    List<TableInfo> found =
        metadata.get().tables().stream()
            .filter(table -> isIn(command.catalog(), table.catalog()))
            .filter(table -> command.types().isEmpty() || command.types().contains(table.type()))
            .filter(table -> schemas.matches(table.schema()) && names.matches(table.name()))
            .sorted(ORDER)
            .toList();
    if (!command.includeSchema()) {
      return new RowStream<>(MetadataSchemas.TABLES, found, PAGE, TableAnswers::write, allocator);
    }
    TableSchemaEncoder encoder = new TableSchemaEncoder();
    return new RowStream<>(
        MetadataSchemas.TABLES_WITH_SCHEMA,
        found,
        PAGE_WITH_SCHEMA,
        (table, root, row) -> {
          write(table, root, row);
          Cells.bytes(root, 4, row, encoder.encode(table));
        },
        allocator);
  }

  private static void write(TableInfo table, VectorSchemaRoot root, int row) {
    Cells.text(root, 0, row, table.catalog());
    Cells.text(root, 1, row, table.schema());
    Cells.text(root, 2, row, table.name());
    Cells.text(root, 3, row, table.type());
  }

  BatchStream types() {
    return texts(MetadataSchemas.TABLE_TYPES, List.of("TABLE", "VIEW"));
  }

  private BatchStream texts(Schema schema, List<String> values) {
    return new RowStream<>(
        schema, values, PAGE, (value, root, row) -> Cells.text(root, 0, row, value), allocator);
  }

  private static boolean isIn(@Nullable String wanted, String catalog) {
    return wanted == null || wanted.equals(catalog);
  }
}

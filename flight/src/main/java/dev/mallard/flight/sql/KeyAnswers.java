package dev.mallard.flight.sql;

import dev.mallard.arrow.BatchStream;
import dev.mallard.query.ForeignKey;
import dev.mallard.query.PrimaryKey;
import dev.mallard.query.SqlMetadata;
import dev.mallard.query.TableName;
import java.util.Comparator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.arrow.flight.sql.impl.FlightSql.UpdateDeleteRules;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Primary and foreign keys. */
final class KeyAnswers {
  private static final int PAGE = 4096;

  /** DuckDB's foreign keys refuse a change that would break them. */
  private static final int RULE = UpdateDeleteRules.NO_ACTION_VALUE;

  private static final Comparator<TableName> BY_TABLE =
      Comparator.comparing(TableName::catalog)
          .thenComparing(TableName::schema)
          .thenComparing(TableName::table);

  private static final Comparator<PrimaryKey> PRIMARY_ORDER =
      Comparator.comparing(PrimaryKey::table, BY_TABLE)
          .thenComparing(PrimaryKey::keyName)
          .thenComparingInt(PrimaryKey::sequence);

  private static final Comparator<ForeignKey> BY_FOREIGN_TABLE =
      Comparator.comparing(ForeignKey::foreignTable, BY_TABLE)
          .thenComparing(ForeignKey::foreignKeyName)
          .thenComparingInt(ForeignKey::sequence);

  private static final Comparator<ForeignKey> BY_PRIMARY_TABLE =
      Comparator.comparing(ForeignKey::primaryTable, BY_TABLE)
          .thenComparing(ForeignKey::primaryKeyName)
          .thenComparing(BY_FOREIGN_TABLE);

  private final Supplier<SqlMetadata> metadata;
  private final BufferAllocator allocator;

  KeyAnswers(Supplier<SqlMetadata> metadata, BufferAllocator allocator) {
    this.metadata = metadata;
    this.allocator = allocator;
  }

  BatchStream primary(FlightSqlCommand.PrimaryKeys command) {
    var found =
        metadata.get().primaryKeys().stream()
            .filter(key -> command.table().matches(key.table()))
            .sorted(PRIMARY_ORDER)
            .toList();
    return new RowStream<>(MetadataSchemas.PRIMARY_KEYS, found, PAGE, KeyAnswers::write, allocator);
  }

  private static void write(PrimaryKey key, VectorSchemaRoot root, int row) {
    writeTable(key.table(), root, 0, row);
    Cells.text(root, 3, row, key.column());
    Cells.text(root, 4, row, key.keyName());
    Cells.number(root, 5, row, key.sequence());
  }

  /** What the table refers to. */
  BatchStream imported(FlightSqlCommand.ImportedKeys command) {
    return foreign(key -> command.foreignTable().matches(key.foreignTable()), BY_PRIMARY_TABLE);
  }

  /** What refers to the table. */
  BatchStream exported(FlightSqlCommand.ExportedKeys command) {
    return foreign(key -> command.primaryTable().matches(key.primaryTable()), BY_FOREIGN_TABLE);
  }

  BatchStream between(FlightSqlCommand.CrossReference command) {
    return foreign(
        key ->
            command.primaryTable().matches(key.primaryTable())
                && command.foreignTable().matches(key.foreignTable()),
        BY_PRIMARY_TABLE);
  }

  private BatchStream foreign(Predicate<ForeignKey> wanted, Comparator<ForeignKey> order) {
    var found = metadata.get().foreignKeys().stream().filter(wanted).sorted(order).toList();
    return new RowStream<>(MetadataSchemas.FOREIGN_KEYS, found, PAGE, KeyAnswers::write, allocator);
  }

  private static void write(ForeignKey key, VectorSchemaRoot root, int row) {
    writeTable(key.primaryTable(), root, 0, row);
    Cells.text(root, 3, row, key.primaryColumn());
    writeTable(key.foreignTable(), root, 4, row);
    Cells.text(root, 7, row, key.foreignColumn());
    Cells.number(root, 8, row, key.sequence());
    Cells.text(root, 9, row, key.foreignKeyName());
    Cells.text(root, 10, row, key.primaryKeyName());
    Cells.small(root, 11, row, RULE);
    Cells.small(root, 12, row, RULE);
  }

  private static void writeTable(TableName table, VectorSchemaRoot root, int column, int row) {
    Cells.text(root, column, row, table.catalog());
    Cells.text(root, column + 1, row, table.schema());
    Cells.text(root, column + 2, row, table.table());
  }
}

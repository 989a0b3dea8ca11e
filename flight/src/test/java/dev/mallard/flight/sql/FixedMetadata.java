package dev.mallard.flight.sql;

import dev.mallard.query.ForeignKey;
import dev.mallard.query.PrimaryKey;
import dev.mallard.query.SchemaName;
import dev.mallard.query.SqlMetadata;
import dev.mallard.query.TableInfo;
import dev.mallard.query.TableName;
import java.util.List;

/** An engine's metadata, made up. */
record FixedMetadata(
    List<SchemaName> schemas,
    List<TableInfo> tables,
    List<PrimaryKey> primaryKeys,
    List<ForeignKey> foreignKeys)
    implements SqlMetadata {
  @Override
  public List<TableInfo> ownTables() {
    return tables.stream().filter(table -> table.catalog().equals(TABLES)).toList();
  }

  @Override
  public boolean hasTable(String schema, String table) {
    return tables.stream()
        .anyMatch(
            info ->
                info.catalog().equals(TABLES)
                    && info.schema().equalsIgnoreCase(schema)
                    && info.name().equalsIgnoreCase(table));
  }

  static TableName table(String name) {
    return new TableName(TABLES, MAIN, name);
  }

  @Override
  public List<String> functions() {
    return List.of("abs", "current_schema", "date_trunc", "lower", "read_parquet", "upper");
  }

  @Override
  public List<String> keywords() {
    return List.of("ANALYSE", "QUALIFY");
  }

  @Override
  public String engineVersion() {
    return "DuckDB 2.0.0";
  }
}

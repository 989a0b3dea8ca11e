package dev.mallard.query;

import java.util.List;

/** Knows its own tables alone, and counts how often it is asked. */
final class FakeMetadata implements SqlMetadata {
  List<TableInfo> tables = List.of();
  int asked;

  @Override
  public List<TableInfo> ownTables() {
    asked++;
    return tables;
  }

  @Override
  public List<SchemaName> schemas() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<TableInfo> tables() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean hasTable(String schema, String table) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<PrimaryKey> primaryKeys() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<ForeignKey> foreignKeys() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> functions() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> keywords() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String engineVersion() {
    throw new UnsupportedOperationException();
  }
}

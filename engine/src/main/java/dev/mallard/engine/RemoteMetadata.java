package dev.mallard.engine;

import dev.mallard.duckdb.DatasetTables;
import dev.mallard.engine.link.Answer;
import dev.mallard.engine.link.Request;
import dev.mallard.query.ForeignKey;
import dev.mallard.query.PrimaryKey;
import dev.mallard.query.SchemaName;
import dev.mallard.query.SqlDatasets;
import dev.mallard.query.SqlMetadata;
import dev.mallard.query.TableInfo;
import java.util.ArrayList;
import java.util.List;

/** What there is: tables as the engine says, datasets as the server knows itself. */
final class RemoteMetadata implements SqlMetadata {
  private final EngineRoom room;
  private final SqlDatasets datasets;

  RemoteMetadata(EngineRoom room, SqlDatasets datasets) {
    this.room = room;
    this.datasets = datasets;
  }

  private <T extends Answer> T look(Request.What what, Class<T> expected) {
    return room.ask(new Request.Look(what), expected);
  }

  private List<String> texts(Request.What what) {
    return look(what, Answer.Texts.class).texts();
  }

  @Override
  public List<SchemaName> schemas() {
    return look(Request.What.SCHEMAS, Answer.Schemas.class).schemas();
  }

  @Override
  public List<TableInfo> tables() {
    List<TableInfo> tables = new ArrayList<>(DatasetTables.of(datasets));
    tables.addAll(ownTables());
    tables.sort(DatasetTables.ORDER);
    return tables;
  }

  @Override
  public List<TableInfo> ownTables() {
    List<TableInfo> tables = new ArrayList<>();
    for (Answer.Table table : look(Request.What.TABLES, Answer.Tables.class).tables()) {
      tables.add(
          new TableInfo(
              table.catalog(), table.schema(), table.name(), table.type(), table::columns));
    }
    return tables;
  }

  @Override
  public boolean hasTable(String schema, String table) {
    return room.ask(new Request.HasTable(schema, table), Answer.Flag.class).yes();
  }

  @Override
  public List<PrimaryKey> primaryKeys() {
    return look(Request.What.PRIMARY_KEYS, Answer.PrimaryKeys.class).keys();
  }

  @Override
  public List<ForeignKey> foreignKeys() {
    return look(Request.What.FOREIGN_KEYS, Answer.ForeignKeys.class).keys();
  }

  @Override
  public List<String> functions() {
    return texts(Request.What.FUNCTIONS);
  }

  @Override
  public List<String> keywords() {
    return texts(Request.What.KEYWORDS);
  }

  @Override
  public String engineVersion() {
    return String.join("", texts(Request.What.VERSION));
  }
}

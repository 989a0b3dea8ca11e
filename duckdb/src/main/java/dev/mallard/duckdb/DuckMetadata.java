package dev.mallard.duckdb;

import dev.mallard.query.ForeignKey;
import dev.mallard.query.PrimaryKey;
import dev.mallard.query.SchemaName;
import dev.mallard.query.SqlDatasets;
import dev.mallard.query.SqlMetadata;
import dev.mallard.query.TableInfo;
import dev.mallard.query.TableName;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;

/** What there is to query, from DuckDB's own tables about tables and from the datasets. */
final class DuckMetadata implements SqlMetadata, AutoCloseable {
  /** Of whom tables are. */
  private static final String USERS = "schema_name <> '" + CommitIds.SCHEMA + "'";

  private final SqlDatasets datasets;
  private final DuckErrors errors;

  /** Guarded by itself. */
  private final DuckDBConnection connection;

  /**
   * @param connection of its own
   */
  DuckMetadata(SqlDatasets datasets, DuckDBConnection connection, DuckErrors errors) {
    this.datasets = datasets;
    this.connection = connection;
    this.errors = errors;
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private void query(String sql, RowReader reader) {
    synchronized (connection) {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          reader.read(rows);
        }
      } catch (SQLException e) {
        throw errors.translate(e);
      }
    }
  }

  @Override
  public List<SchemaName> schemas() {
    TreeSet<String> ofTables = new TreeSet<>();
    query(
        "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal AND "
            + USERS
            + " AND database_name = "
            + SqlNames.literal(TABLES),
        row -> ofTables.add(row.getString(1)));
    ofTables.add(MAIN);
    TreeSet<String> ofDatasets = new TreeSet<>();
    ofDatasets.add(MAIN);
    datasets.names().forEach(name -> ofDatasets.add(name.schema()));
    List<SchemaName> schemas = new ArrayList<>();
    ofDatasets.forEach(schema -> schemas.add(new SchemaName(DATASETS, schema)));
    ofTables.forEach(schema -> schemas.add(new SchemaName(TABLES, schema)));
    return schemas;
  }

  @Override
  public List<TableInfo> tables() {
    List<TableInfo> tables = new ArrayList<>(DatasetTables.of(datasets));
    tables.addAll(ownTables());
    tables.sort(DatasetTables.ORDER);
    return tables;
  }

  private record Relation(String schema, String name) {}

  @Override
  public List<TableInfo> ownTables() {
    Map<Relation, List<Field>> columns = new LinkedHashMap<>();
    query(
        "SELECT schema_name, table_name, column_name, data_type, is_nullable FROM duckdb_columns()"
            + " WHERE NOT internal AND "
            + USERS
            + " AND database_name = "
            + SqlNames.literal(TABLES)
            + " ORDER BY schema_name, table_name, column_index",
        row ->
            columns
                .computeIfAbsent(
                    new Relation(row.getString(1), row.getString(2)), r -> new ArrayList<>())
                .add(column(row.getString(3), row.getString(4), row.getBoolean(5))));
    TreeSet<String> views = new TreeSet<>();
    query(
        "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal AND "
            + USERS
            + " AND database_name = "
            + SqlNames.literal(TABLES),
        row -> views.add(row.getString(1)));
    List<TableInfo> tables = new ArrayList<>();
    columns.forEach(
        (relation, fields) -> {
          String full = relation.schema() + "." + relation.name();
          String type = views.contains(full) ? "VIEW" : "TABLE";
          Schema schema = new Schema(fields);
          tables.add(new TableInfo(TABLES, relation.schema(), relation.name(), type, () -> schema));
        });
    return tables;
  }

  @Override
  public boolean hasTable(String schema, String table) {
    List<String> found =
        names(
            "SELECT name FROM (SELECT schema_name, table_name AS name FROM duckdb_tables()"
                + " WHERE NOT internal AND "
                + USERS
                + " AND database_name = "
                + SqlNames.literal(TABLES)
                + " UNION ALL SELECT schema_name, view_name FROM duckdb_views()"
                + " WHERE NOT internal AND "
                + USERS
                + " AND database_name = "
                + SqlNames.literal(TABLES)
                + ") WHERE lower(schema_name) = lower("
                + SqlNames.literal(schema)
                + ") AND lower(name) = lower("
                + SqlNames.literal(table)
                + ")");
    return !found.isEmpty();
  }

  private static Field column(String name, String type, boolean nullable) {
    Field field =
        DuckTypes.field(name, type, "UTC")
            .orElseGet(() -> new Field(name, FieldType.nullable(ArrowType.Utf8.INSTANCE), null));
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("ARROW:FLIGHT:SQL:TYPE_NAME", type);
    FieldType fieldType = new FieldType(nullable, field.getType(), null, metadata);
    return new Field(name, fieldType, field.getChildren());
  }

  @Override
  public List<PrimaryKey> primaryKeys() {
    List<PrimaryKey> keys = new ArrayList<>();
    query(
        "SELECT schema_name, table_name, constraint_column_names, constraint_name"
            + " FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY' AND "
            + USERS
            + " AND database_name = "
            + SqlNames.literal(TABLES)
            + " ORDER BY ALL",
        row -> {
          TableName table = new TableName(TABLES, row.getString(1), row.getString(2));
          List<String> columns = texts(row.getArray(3));
          for (int i = 0; i < columns.size(); i++) {
            keys.add(new PrimaryKey(table, columns.get(i), i + 1, row.getString(4)));
          }
        });
    return keys;
  }

  @Override
  public List<ForeignKey> foreignKeys() {
    List<ForeignKey> keys = new ArrayList<>();
    query(
        "SELECT schema_name, table_name, constraint_column_names, referenced_table,"
            + " referenced_column_names, constraint_name FROM duckdb_constraints()"
            + " WHERE constraint_type = 'FOREIGN KEY' AND "
            + USERS
            + " AND database_name = "
            + SqlNames.literal(TABLES)
            + " ORDER BY ALL",
        row -> {
          TableName foreign = new TableName(TABLES, row.getString(1), row.getString(2));
          // DuckDB's foreign keys stay within their schema.
          TableName primary = new TableName(TABLES, row.getString(1), row.getString(4));
          List<String> columns = texts(row.getArray(3));
          List<String> referenced = texts(row.getArray(5));
          for (int i = 0; i < Math.min(columns.size(), referenced.size()); i++) {
            keys.add(
                new ForeignKey(
                    primary,
                    referenced.get(i),
                    foreign,
                    columns.get(i),
                    i + 1,
                    row.getString(6),
                    primary.table() + "_pkey"));
          }
        });
    return keys;
  }

  private static List<String> texts(Array array) throws SQLException {
    List<String> texts = new ArrayList<>();
    for (Object element : (Object[]) array.getArray()) {
      texts.add(String.valueOf(element));
    }
    return texts;
  }

  @Override
  public List<String> functions() {
    return names(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate')"
            + " AND regexp_matches(function_name, '^[a-z]') ORDER BY 1");
  }

  @Override
  public List<String> keywords() {
    return names(
        "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved' ORDER BY 1");
  }

  @Override
  public String engineVersion() {
    return "DuckDB " + String.join("", names("SELECT library_version FROM pragma_version()"));
  }

  private List<String> names(String sql) {
    List<String> names = new ArrayList<>();
    query(sql, row -> names.add(row.getString(1)));
    return names;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

package dev.mallard.duckdb;

import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlMetadata;
import java.util.LinkedHashSet;
import java.util.Set;

/** Where a session's names are looked for, in this order. */
final class SearchPath {
  private final DuckEngine engine;
  private final SessionOptions session;
  private final boolean schemaHasTables;
  private final boolean schemaHasDatasets;

  SearchPath(DuckEngine engine, SessionOptions session) {
    this.engine = engine;
    this.session = session;
    String schema = session.schema();
    this.schemaHasTables = schema != null && engine.hasTables(schema);
    this.schemaHasDatasets = schema != null && engine.hasDatasets(schema);
  }

  /**
   * @param used schemas of datasets that the statement names
   * @param reading what changes something looks for its target among the tables first, whatever the
   *     session says
   * @param datasetsFirst whether datasets go before tables of the same name
   */
  String of(Set<String> used, boolean reading, boolean datasetsFirst) {
    Set<String> path = new LinkedHashSet<>();
    String schema = session.schema() == null ? SqlMetadata.MAIN : session.schema();
    String catalog = session.catalog();
    boolean hasCatalog =
        catalog != null && (reading || !catalog.equalsIgnoreCase(SqlMetadata.DATASETS));
    if (catalog != null && hasCatalog) {
      path.add(place(catalog, schema));
    }
    add(path, schema, schemaHasTables && !hasCatalog, schemaHasDatasets, datasetsFirst);
    add(path, SqlMetadata.MAIN, true, true, datasetsFirst);
    for (String name : used) {
      add(path, name, engine.hasTables(name), true, datasetsFirst);
    }
    return String.join(",", path);
  }

  private static void add(
      Set<String> path, String schema, boolean tables, boolean datasets, boolean datasetsFirst) {
    if (datasets && datasetsFirst) {
      path.add(place(SqlMetadata.DATASETS, schema));
    }
    if (tables) {
      path.add(place(SqlMetadata.TABLES, schema));
    }
    if (datasets) {
      path.add(place(SqlMetadata.DATASETS, schema));
    }
  }

  private static String place(String catalog, String schema) {
    return SqlNames.quote(catalog) + "." + SqlNames.quote(schema);
  }
}

package dev.mallard.duckdb;

import dev.mallard.query.SqlDatasets;
import dev.mallard.query.SqlMetadata;
import dev.mallard.query.TableInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The datasets as tables in a listing, for which no engine is needed. */
public final class DatasetTables {
  /** Of listings. */
  public static final Comparator<TableInfo> ORDER =
      Comparator.comparing(TableInfo::catalog)
          .thenComparing(TableInfo::schema)
          .thenComparing(TableInfo::name);

  private DatasetTables() {}

  /** All that can be read. */
  public static List<TableInfo> of(SqlDatasets datasets) {
    List<TableInfo> tables = new ArrayList<>();
    for (SqlDatasets.Listed dataset : datasets.list()) {
      tables.add(
          new TableInfo(
              SqlMetadata.DATASETS,
              dataset.name().schema(),
              dataset.name().table(),
              "VIEW",
              () -> DatasetColumns.asQueried(dataset.schema())));
    }
    return tables;
  }
}

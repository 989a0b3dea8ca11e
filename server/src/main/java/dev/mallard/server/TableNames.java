package dev.mallard.server;

import dev.mallard.catalog.DatasetName;
import dev.mallard.catalog.OtherNames;
import dev.mallard.query.QueryService;
import dev.mallard.query.SqlMetadata;
import java.util.List;

/**
 * The names of SQL tables and views, which datasets share: a dataset's last segment is the table's
 * name, what stands before it the schema.
 */
record TableNames(QueryService queries) implements OtherNames {
  @Override
  public boolean isTaken(DatasetName name) {
    List<String> segments = name.segments();
    int last = segments.size() - 1;
    String schema = last == 0 ? SqlMetadata.MAIN : String.join("/", segments.subList(0, last));
    return queries.metadata().hasTable(schema, segments.get(last));
  }
}

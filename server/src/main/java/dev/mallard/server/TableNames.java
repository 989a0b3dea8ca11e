package dev.mallard.server;

import dev.mallard.catalog.DatasetName;
import dev.mallard.catalog.OtherNames;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.NameClaims;
import dev.mallard.query.QueryService;
import dev.mallard.query.SqlMetadata;
import java.util.List;
import java.util.Optional;

/**
 * The names of SQL tables and views, which datasets share: a dataset's last segment is the table's
 * name, what stands before it the schema.
 */
record TableNames(QueryService queries, NameClaims claims) implements OtherNames {
  @Override
  public boolean isTaken(DatasetName name) {
    DatasetTable table = table(name);
    return queries.metadata().hasTable(table.schema(), table.table());
  }

  @Override
  public Optional<Kept> keep(DatasetName name) {
    return claims.claim(table(name), NameClaims.Taker.DATASET).map(claim -> claim::close);
  }

  private static DatasetTable table(DatasetName name) {
    List<String> segments = name.segments();
    int last = segments.size() - 1;
    String schema = last == 0 ? SqlMetadata.MAIN : String.join("/", segments.subList(0, last));
    return new DatasetTable(schema, segments.get(last));
  }
}

package dev.mallard.duckdb;

import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDataset;
import java.util.Map;

/**
 * A view over one version of a dataset.
 *
 * @param name how it is called in DuckDB
 * @param dataset the view's own hold
 * @param blank the columns that its text refuses because they have no values in the files
 */
record View(DatasetTable name, SqlDataset dataset, Map<Integer, String> blank) {
  /** As the dataset is known now. */
  static View of(DatasetTable name, SqlDataset dataset) {
    return new View(name, dataset, dataset.blank());
  }

  /** Whether it has been found out since that there are more columns to refuse. */
  boolean isOutdated() {
    return !blank.equals(dataset.blank());
  }

  boolean isAs(View other) {
    return name.equals(other.name)
        && dataset.version().equals(other.dataset.version())
        && blank.equals(other.blank);
  }
}

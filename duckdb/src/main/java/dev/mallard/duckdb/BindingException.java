package dev.mallard.duckdb;

import dev.mallard.query.SqlDataset;
import java.sql.SQLException;
import java.util.List;

/** DuckDB's error at binding a statement, with the datasets that it was to be bound to. */
final class BindingException extends SQLException {
  private static final long serialVersionUID = 1;

  private final transient List<SqlDataset> datasets;

  BindingException(SQLException error, List<SqlDataset> datasets) {
    super(error.getMessage(), error);
    this.datasets = datasets;
  }

  List<SqlDataset> datasets() {
    return datasets;
  }
}

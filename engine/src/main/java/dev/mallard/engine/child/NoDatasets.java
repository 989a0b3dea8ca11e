package dev.mallard.engine.child;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.NameClaims;
import dev.mallard.query.SqlDataset;
import dev.mallard.query.SqlDatasets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where there are none. */
record NoDatasets(Path folder) implements SqlDatasets {
  @Override
  public Map<DatasetTable, String> versions() {
    return Map.of();
  }

  @Override
  public Set<DatasetTable> names() {
    return Set.of();
  }

  @Override
  public Map<DatasetTable, String> versions(Collection<DatasetTable> names) {
    return Map.of();
  }

  @Override
  public Map<DatasetTable, DatasetTable> find(Collection<DatasetTable> names) {
    return Map.of();
  }

  @Override
  public SqlDataset open(DatasetTable name) {
    throw none();
  }

  @Override
  public NameClaims.Claim claim(DatasetTable name) {
    throw none();
  }

  private static MallardException none() {
    return new MallardException(ErrorCode.NOT_FOUND, "there are no datasets");
  }

  @Override
  public List<Listed> list() {
    return List.of();
  }
}

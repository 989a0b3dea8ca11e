package dev.mallard.duckdb;

import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDataset;
import dev.mallard.query.SqlMetadata;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The views that a statement is bound to, whose files stay until this is closed. */
final class Hold implements AutoCloseable {
  private final List<View> views;
  private final List<SqlDataset> datasets;

  private Hold(List<View> views, List<SqlDataset> datasets) {
    this.views = views;
    this.datasets = datasets;
  }

  /** Beside the holds of the views' own. */
  static Hold of(Collection<View> views) {
    List<SqlDataset> held = new ArrayList<>();
    views.forEach(view -> held.add(view.dataset().hold()));
    return new Hold(List.copyOf(views), held);
  }

  /** With the holds of views that are nobody else's. */
  static Hold taking(Collection<View> views) {
    return new Hold(List.copyOf(views), views.stream().map(View::dataset).toList());
  }

  List<View> views() {
    return views;
  }

  List<SqlDataset> datasets() {
    return datasets;
  }

  boolean isEmpty() {
    return views.isEmpty();
  }

  /** The dataset behind a view of this name; empty if it is none of these views'. */
  Optional<SqlDataset> dataset(DatasetTable name) {
    return views.stream()
        .filter(view -> view.name().folded().equals(name.folded()))
        .map(View::dataset)
        .findFirst();
  }

  /** The schemas of its views, but for {@code main}. */
  Set<String> schemas() {
    return views.stream()
        .map(view -> view.name().schema())
        .filter(schema -> !schema.equalsIgnoreCase(SqlMetadata.MAIN))
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    datasets.forEach(SqlDataset::close);
  }
}

package dev.mallard.links;

import dev.mallard.arrow.BatchStream;
import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.Dataset;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** One hold of the links to a dataset's version. */
final class LinkedDataset implements SqlDataset {
  private final Catalog catalog;
  private final DatasetTable name;
  private final Dataset dataset;
  private final Links links;
  private final List<Links.Linked> files;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param links held for this
   */
  LinkedDataset(
      Catalog catalog, DatasetTable name, Dataset dataset, Links links, List<Links.Linked> files) {
    this.catalog = catalog;
    this.name = name;
    this.dataset = dataset;
    this.links = links;
    this.files = files;
  }

  @Override
  public DatasetTable name() {
    return name;
  }

  @Override
  public String version() {
    return dataset.version();
  }

  @Override
  public Schema schema() {
    return dataset.schema();
  }

  @Override
  public List<Path> files() {
    return files.stream().map(Links.Linked::file).toList();
  }

  @Override
  public List<Field> partitionColumns() {
    return dataset.partitionColumns();
  }

  @Override
  public boolean isIntact() {
    return files.stream().allMatch(Links.Linked::isIntact);
  }

  @Override
  public Optional<BatchStream> read() {
    return DatasetLinks.read(catalog, dataset);
  }

  @Override
  public Form form() {
    return links.form();
  }

  @Override
  public boolean isIdle() {
    return links.isIdle();
  }

  @Override
  public SqlDataset hold() {
    links.hold();
    return new LinkedDataset(catalog, name, dataset, links, files);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      links.close();
    }
  }
}

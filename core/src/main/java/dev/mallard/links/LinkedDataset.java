package dev.mallard.links;

import dev.mallard.arrow.BatchStream;
import dev.mallard.catalog.Catalog;
import dev.mallard.query.Cancellation;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** One hold of the links to a dataset's version. */
final class LinkedDataset implements SqlDataset {
  private final Catalog catalog;
  private final DatasetTable name;
  private final Links links;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param links held for this
   */
  LinkedDataset(Catalog catalog, DatasetTable name, Links links) {
    this.catalog = catalog;
    this.name = name;
    this.links = links;
  }

  @Override
  public DatasetTable name() {
    return name;
  }

  @Override
  public String version() {
    return links.dataset().version();
  }

  @Override
  public Schema schema() {
    return links.dataset().schema();
  }

  @Override
  public List<Path> files() {
    return links.files();
  }

  @Override
  public List<Field> partitionColumns() {
    return links.dataset().partitionColumns();
  }

  @Override
  public Map<Integer, String> missing() {
    return links.missing();
  }

  @Override
  public Map<Integer, String> blank() {
    return links.blank();
  }

  @Override
  public boolean isReady() {
    return links.isReady();
  }

  @Override
  public void makeReady(Cancellation cancellation) {
    links.makeReady(cancellation);
  }

  @Override
  public boolean isIntact() {
    return links.isIntact();
  }

  @Override
  public Optional<BatchStream> read() {
    return DatasetLinks.read(catalog, links.dataset());
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
    return new LinkedDataset(catalog, name, links);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      links.close();
    }
  }
}

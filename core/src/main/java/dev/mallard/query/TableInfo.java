package dev.mallard.query;

import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A table, a view or a dataset, as SQL sees it.
 *
 * @param type {@code TABLE} or {@code VIEW} (datasets are views)
 * @param columns as a query's result has them; computed when asked
 */
public record TableInfo(
    String catalog, String schema, String name, String type, Supplier<Schema> columns) {}

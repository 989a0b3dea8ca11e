package dev.mallard.flight.sql;

import dev.mallard.query.TableName;
import org.jspecify.annotations.Nullable;

/**
 * A table as a client names it; what is null is not looked at.
 *
 * @param catalog empty stands for none
 * @param schema empty stands for none
 */
public record TableRef(@Nullable String catalog, @Nullable String schema, String table) {
  boolean matches(TableName name) {
    return (catalog == null || catalog.equals(name.catalog()))
        && (schema == null || schema.equals(name.schema()))
        && table.equals(name.table());
  }
}

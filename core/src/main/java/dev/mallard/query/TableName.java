package dev.mallard.query;

/** A table's full name. */
public record TableName(String catalog, String schema, String table) {}

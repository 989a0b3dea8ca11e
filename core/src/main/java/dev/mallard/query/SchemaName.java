package dev.mallard.query;

/** A schema of SQL: a folder of tables in a catalog. */
public record SchemaName(String catalog, String schema) {}

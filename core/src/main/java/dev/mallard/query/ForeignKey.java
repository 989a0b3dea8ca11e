package dev.mallard.query;

/**
 * A column of a foreign key and the column that it refers to.
 *
 * @param sequence place in the key, from 1
 */
public record ForeignKey(
    TableName primaryTable,
    String primaryColumn,
    TableName foreignTable,
    String foreignColumn,
    int sequence,
    String foreignKeyName,
    String primaryKeyName) {}

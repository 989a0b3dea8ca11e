package dev.mallard.query;

/**
 * A column of a primary key.
 *
 * @param sequence place in the key, from 1
 * @param keyName the constraint's name
 */
public record PrimaryKey(TableName table, String column, int sequence, String keyName) {}

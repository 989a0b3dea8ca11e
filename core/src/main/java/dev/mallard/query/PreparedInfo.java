package dev.mallard.query;

import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A statement that was prepared.
 *
 * @param handle to run, bind and close it with
 * @param isQuery whether it has rows as its result; otherwise it is to be run as an update
 * @param schema of the rows, in message form; for an update that of its count
 * @param parameters a field for each parameter, in order; where nothing is said of its type, one
 *     that fits
 */
public record PreparedInfo(String handle, boolean isQuery, Schema schema, Schema parameters) {}

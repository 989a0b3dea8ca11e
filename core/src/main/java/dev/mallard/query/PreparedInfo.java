package dev.mallard.query;

import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A statement that was prepared.
 *
 * @param handle to run, bind and close it with
 * @param isQuery whether it has rows as its result; otherwise it is to be run as an update
 * @param schema of the rows, in message form; for an update that of its count
 * @param parameters a field for each parameter, in order; a type that cannot be inferred is null's
 */
public record PreparedInfo(String handle, boolean isQuery, Schema schema, Schema parameters) {

  /** Whether the result's types cannot depend on what is bound. */
  boolean typesAreKnown() {
    return parameters.getFields().stream()
        .noneMatch(field -> field.getType() instanceof ArrowType.Null);
  }
}

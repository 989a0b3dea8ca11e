package dev.mallard.parquet.internal.write;

import java.util.List;

/**
 * A leaf column of the file.
 *
 * @param field index of the top-level field that it belongs to
 * @param path names from the top-level field down, without the root: {@code path_in_schema}
 * @param name the Arrow field's dotted name, for messages
 * @param steps how to come from the top-level field's vector to the leaf's
 */
record WriterColumn(
    int field,
    List<String> path,
    String name,
    List<LevelStep> steps,
    int maxDefinition,
    int maxRepetition,
    LeafType type) {

  /** Whether the definition levels are simply the vector's validity, or there are none. */
  boolean isFlat() {
    return steps.size() == 1;
  }
}

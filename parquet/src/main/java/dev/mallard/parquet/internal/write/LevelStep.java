package dev.mallard.parquet.internal.write;

/** One step on the way from a row to the values of a leaf column. */
sealed interface LevelStep {
  /**
   * A field: an entry that is null here ends and gets no higher definition level; where the field
   * is required, it is refused.
   *
   * @param path the field's dotted name, for messages
   */
  record Presence(boolean nullable, String path) implements LevelStep {}

  /**
   * A list: each entry becomes as many as it has elements.
   *
   * @param repetitionLevel of every element but a list's first
   */
  record Repetition(int repetitionLevel, String path) implements LevelStep {}

  /** From a struct to one of its fields. */
  record Child(int index) implements LevelStep {}
}

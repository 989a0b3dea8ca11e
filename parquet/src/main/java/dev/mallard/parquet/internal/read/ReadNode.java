package dev.mallard.parquet.internal.read;

import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * One field of the result and how it comes out of Parquet's levels.
 *
 * <p>An entry of a column is a slot of a field if its definition level is at least {@link
 * #existsAt} (the innermost list around the field has an element there) and its repetition level at
 * most {@link #depth} (the entry begins something new there); the slot is not null if the
 * definition level is at least {@link #presentAt}.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/nestedencoding/">Nested encoding</a>
 */
sealed interface ReadNode {
  /** In message form: value type and DictionaryEncoding for dictionary-encoded fields. */
  Field field();

  /** Lists around the field. */
  int depth();

  int existsAt();

  int presentAt();

  /** Slots without an entry. */
  Fillers fillers();

  /** The first column under the field: its levels tell the field's own shape. */
  Leaf firstLeaf();

  /**
   * A field with values.
   *
   * @param column index of the column chunk in each row group
   * @param physicalWidth bytes of a Parquet value, 0 for BYTE_ARRAY and BOOLEAN
   * @param path the column's name for people
   * @param inStruct whether its nulls may be those of a struct around it
   */
  record Leaf(
      Field field,
      int depth,
      int existsAt,
      int presentAt,
      Fillers fillers,
      ColumnType type,
      int column,
      int physicalWidth,
      String path,
      boolean inStruct)
      implements ReadNode {
    @Override
    public Leaf firstLeaf() {
      return this;
    }

    /** Whether rows are entries and a null is this field's own. */
    boolean isFlat() {
      return depth == 0 && presentAt <= 1 && !inStruct;
    }
  }

  record Struct(
      Field field, int depth, int existsAt, int presentAt, Fillers fillers, List<ReadNode> children)
      implements ReadNode {
    @Override
    public Leaf firstLeaf() {
      return children.get(0).firstLeaf();
    }
  }

  /** A list, large list, fixed-size list or map; the field's type tells which. */
  record Repeated(
      Field field, int depth, int existsAt, int presentAt, Fillers fillers, ReadNode child)
      implements ReadNode {
    @Override
    public Leaf firstLeaf() {
      return child.firstLeaf();
    }
  }
}

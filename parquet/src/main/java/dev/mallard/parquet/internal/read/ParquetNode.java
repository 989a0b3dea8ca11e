package dev.mallard.parquet.internal.read;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/**
 * The Parquet schema as a tree.
 *
 * @param column index of the column chunk in each row group, −1 for groups
 */
record ParquetNode(SchemaElement element, List<ParquetNode> children, int column) {
  /** Deeper schemas would let hostile files exhaust the stack of whoever walks them. */
  private static final int MAX_DEPTH = 64;

  /** Widths above this do not occur, but would overflow what is computed from them. */
  private static final int MAX_FIXED_WIDTH = 1 << 20;

  /** The root and everything under it. */
  static ParquetNode tree(@Nullable List<SchemaElement> elements) {
    if (elements == null || elements.isEmpty()) {
      throw new CorruptPageException("there is no schema");
    }
    Builder builder = new Builder(elements);
    ParquetNode root = builder.group(elements.get(0), 0);
    if (builder.next != elements.size()) {
      throw new CorruptPageException("schema elements outside the tree");
    }
    return root;
  }

  String name() {
    return element.getName();
  }

  boolean isGroup() {
    return column < 0;
  }

  boolean isRepeated() {
    return element.getRepetition_type() == FieldRepetitionType.REPEATED;
  }

  boolean isOptional() {
    return element.getRepetition_type() == FieldRepetitionType.OPTIONAL;
  }

  private static final class Builder {
    private final List<SchemaElement> elements;
    private int next = 1;
    private int columns;

    Builder(List<SchemaElement> elements) {
      this.elements = elements;
    }

    ParquetNode group(SchemaElement element, int depth) {
      int count = element.getNum_children();
      if (depth > MAX_DEPTH || count < 0 || count > elements.size() - next) {
        throw new CorruptPageException("a schema group of " + count + " fields at " + depth);
      }
      List<ParquetNode> children = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        children.add(child(depth + 1));
      }
      return new ParquetNode(element, List.copyOf(children), -1);
    }

    private ParquetNode child(int depth) {
      if (next >= elements.size()) {
        throw new CorruptPageException("schema elements are missing");
      }
      SchemaElement element = elements.get(next++);
      if (!element.isSetName() || !element.isSetRepetition_type()) {
        throw new CorruptPageException("a schema element without name or repetition");
      }
      if (!element.isSetType()) {
        if (element.getNum_children() == 0) {
          throw new CorruptPageException("a group without fields");
        }
        return group(element, depth);
      }
      int width = ColumnTypes.physicalWidth(element);
      boolean fixed = element.getType() == Type.FIXED_LEN_BYTE_ARRAY;
      if (width < (fixed ? 1 : 0) || width > MAX_FIXED_WIDTH || element.getNum_children() > 0) {
        throw new CorruptPageException("values of " + width + " bytes");
      }
      return new ParquetNode(element, List.of(), columns++);
    }
  }
}

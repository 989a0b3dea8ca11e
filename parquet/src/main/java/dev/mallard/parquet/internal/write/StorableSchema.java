package dev.mallard.parquet.internal.write;

import dev.mallard.arrow.file.UnstorableColumn;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.List;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Refuses what Parquet cannot give back exactly. */
final class StorableSchema {
  /** Far beyond any real table, and small enough for recursion and for levels of one byte. */
  private static final int MAX_DEPTH = 60;

  private static final String EXTENSION_NAME = "ARROW:extension:name";

  private StorableSchema() {}

  static void check(Schema schema) {
    for (int i = 0; i < schema.getFields().size(); i++) {
      Field field = schema.getFields().get(i);
      try {
        check(field, field.getName(), 1);
      } catch (RefusedException e) {
        throw new MallardException(
            ErrorCode.INVALID_ARGUMENT, e.text, new UnstorableColumn(i, e.reason));
      }
    }
  }

  /** On its way up to where the column's place is known. */
  private static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String text;
    private final String reason;

    RefusedException(String text, String reason) {
      super(text, null, false, false);
      this.text = text;
      this.reason = reason;
    }
  }

  private static void check(Field field, String path, int depth) {
    if (depth > MAX_DEPTH) {
      throw new RefusedException(
          "column '" + path + "' is nested more than " + MAX_DEPTH + " levels deep",
          "nested more than " + MAX_DEPTH + " levels deep");
    }
    ArrowType type = storage(field);
    boolean nested = isNested(type);
    if (field.getDictionary() != null && (nested || !field.getChildren().isEmpty())) {
      throw refused(path, "dictionary<" + name(type) + ">");
    }
    if (!nested) {
      if (LeafTypes.of(type, extension(field)) == null) {
        throw refused(path, name(type));
      }
      return;
    }
    checkNested(field, type, path);
    for (Field child : field.getChildren()) {
      check(child, path + "." + child.getName(), depth + 1);
    }
  }

  private static void checkNested(Field field, ArrowType type, String path) {
    List<Field> children = field.getChildren();
    boolean storable =
        switch (type.getTypeID()) {
          case Struct -> !children.isEmpty();
          case List, LargeList -> children.size() == 1;
          case FixedSizeList ->
              children.size() == 1 && ((ArrowType.FixedSizeList) type).getListSize() >= 0;
          case Map ->
              children.size() == 1
                  && storage(children.get(0)) instanceof ArrowType.Struct
                  && children.get(0).getDictionary() == null
                  && children.get(0).getChildren().size() == 2;
          default -> false;
        };
    if (!storable) {
      throw refused(path, name(type));
    }
  }

  /** The type that values really have: an extension type's storage. */
  static ArrowType storage(Field field) {
    ArrowType type = field.getType();
    return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
  }

  static @Nullable String extension(Field field) {
    return field.getType() instanceof ArrowType.ExtensionType extension
        ? extension.extensionName()
        : field.getMetadata().get(EXTENSION_NAME);
  }

  private static boolean isNested(ArrowType type) {
    return type.isComplex() || type instanceof ArrowType.RunEndEncoded;
  }

  private static RefusedException refused(String path, String type) {
    return new RefusedException(
        "column '"
            + path
            + "' has type "
            + type
            + ", which Parquet cannot hold; store the dataset as Feather: use a name that ends in"
            + " .feather",
        type);
  }

  private static String name(ArrowType type) {
    if (type instanceof ArrowType.Union union) {
      return union.getMode() == UnionMode.Dense ? "dense_union" : "sparse_union";
    }
    if (type instanceof ArrowType.FixedSizeBinary binary) {
      return "fixed_size_binary[" + binary.getByteWidth() + "]";
    }
    if (type instanceof ArrowType.Decimal decimal) {
      return "decimal"
          + decimal.getBitWidth()
          + "("
          + decimal.getPrecision()
          + ", "
          + decimal.getScale()
          + ")";
    }
    return switch (type.getTypeID()) {
      case RunEndEncoded -> "run_end_encoded";
      case ListView -> "list_view";
      case LargeListView -> "large_list_view";
      case FixedSizeList -> "fixed_size_list";
      case LargeList -> "large_list";
      case Struct -> "struct without fields";
      default -> type.getTypeID().name().toLowerCase(java.util.Locale.ROOT);
    };
  }
}

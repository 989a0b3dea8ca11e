package dev.mallard.parquet.internal.write;

import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import dev.mallard.parquet.internal.write.VectorView.Block;
import dev.mallard.parquet.internal.write.VectorView.Codes;
import dev.mallard.parquet.internal.write.VectorView.OffsetKind;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.jspecify.annotations.Nullable;

/**
 * Takes hold of a batch's buffers, and of its dictionaries' as they are now, without copying.
 * Checks on the way that vectors are of the schema's types and that their buffers are as large as
 * their value counts ask for.
 */
final class BatchCapture {
  private final BufferAllocator allocator;
  private final DictionaryProvider dictionaries;
  private final List<ArrowBuf> retained = new ArrayList<>();

  private BatchCapture(BufferAllocator allocator, DictionaryProvider dictionaries) {
    this.allocator = allocator;
    this.dictionaries = dictionaries;
  }

  static RetainedBatch capture(
      WriterSchema schema,
      VectorSchemaRoot batch,
      DictionaryProvider dictionaries,
      BufferAllocator allocator) {
    BatchCapture capture = new BatchCapture(allocator, dictionaries);
    try {
      VectorView[] columns = capture.columns(schema, batch);
      return new RetainedBatch(batch.getRowCount(), columns, capture.retained);
    } catch (Throwable e) {
      Closer.closeAfter(e, () -> capture.retained.forEach(ArrowBuf::close));
      throw e;
    }
  }

  private VectorView[] columns(WriterSchema schema, VectorSchemaRoot batch) {
    List<FieldVector> vectors = batch.getFieldVectors();
    List<WriterNode> fields = schema.fields();
    if (vectors.size() != fields.size()) {
      throw MallardException.invalid(
          "a batch has " + vectors.size() + " columns (expected: " + fields.size() + ")");
    }
    VectorView[] columns = new VectorView[vectors.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = view(vectors.get(i), fields.get(i), batch.getRowCount());
    }
    return columns;
  }

  /**
   * @param needed how many values the parent vector (or the batch) has
   */
  private VectorView view(FieldVector given, WriterNode node, int needed) {
    FieldVector vector = unwrapped(given);
    int count = vector instanceof NullVector ? needed : vector.getValueCount();
    if (count < needed) {
      throw damaged(node, "has " + count + " values (expected: " + needed + ")");
    }
    DictionaryEncoding encoding = given.getField().getDictionary();
    if (encoding != null && node.leaf() != null) {
      return encoded(vector, node, encoding);
    }
    checkType(vector, node);
    return node.leaf() != null ? leaf(vector, node, count) : nested(vector, node, count);
  }

  private static FieldVector unwrapped(FieldVector vector) {
    FieldVector inner = vector;
    while (inner instanceof ExtensionTypeVector<?> extension) {
      inner = (FieldVector) extension.getUnderlyingVector();
    }
    return inner;
  }

  private static void checkType(FieldVector vector, WriterNode node) {
    ArrowType actual = StorableSchema.storage(vector.getField());
    boolean same =
        node.leaf() != null
            ? actual.equals(node.type())
            : actual.getTypeID() == node.type().getTypeID();
    if (!same) {
      throw damaged(node, "has type " + actual + " (expected: " + node.type() + ")");
    }
  }

  private VectorView leaf(FieldVector vector, WriterNode node, int count) {
    LeafType type = leafType(node);
    long validity = validity(vector, node, count);
    return switch (type.source()) {
      case NULL -> fixed(count, 0, true, 0, 0);
      case BIT -> fixed(vector, node, count, validity, (count + 7L) / 8);
      case BINARY, LARGE_BINARY -> binary(vector, node, count, validity);
      case BINARY_VIEW -> binaryView(vector, node, count, validity);
      default -> fixed(vector, node, count, validity, (long) count * type.sourceWidth());
    };
  }

  private static LeafType leafType(WriterNode node) {
    LeafType type = node.leaf();
    if (type == null) {
      throw new IllegalStateException("not a leaf: " + node.path());
    }
    return type;
  }

  private VectorView fixed(
      FieldVector vector, WriterNode node, int count, long validity, long bytes) {
    long data = hold(vector.getDataBuffer(), bytes, node);
    return fixed(count, validity, false, data, bytes);
  }

  private static VectorView fixed(
      int count, long validity, boolean allNull, long data, long bytes) {
    return new VectorView(
        count,
        validity,
        allNull,
        data,
        bytes,
        0,
        OffsetKind.NONE,
        0,
        VectorView.NO_CHILDREN,
        null,
        null,
        VectorView.NO_BLOCKS);
  }

  private VectorView binary(FieldVector vector, WriterNode node, int count, long validity) {
    boolean large = leafType(node).source() == LeafType.Source.LARGE_BINARY;
    long offsets = offsets(vector, node, count, large ? 8 : 4);
    ArrowBuf bytes = vector.getDataBuffer();
    long data = hold(bytes, 0, node);
    return new VectorView(
        count,
        validity,
        false,
        data,
        bytes.capacity(),
        offsets,
        large ? OffsetKind.LONG : OffsetKind.INT,
        0,
        VectorView.NO_CHILDREN,
        null,
        null,
        VectorView.NO_BLOCKS);
  }

  private VectorView binaryView(FieldVector vector, WriterNode node, int count, long validity) {
    long views = hold(vector.getDataBuffer(), count * 16L, node);
    List<ArrowBuf> buffers =
        ((org.apache.arrow.vector.BaseVariableWidthViewVector) vector).getDataBuffers();
    Block[] blocks = new Block[buffers.size()];
    for (int i = 0; i < blocks.length; i++) {
      ArrowBuf buffer = buffers.get(i);
      blocks[i] = new Block(hold(buffer, 0, node), buffer.capacity());
    }
    return new VectorView(
        count,
        validity,
        false,
        views,
        count * 16L,
        0,
        OffsetKind.NONE,
        0,
        VectorView.NO_CHILDREN,
        null,
        null,
        blocks);
  }

  private VectorView nested(FieldVector vector, WriterNode node, int count) {
    long validity = validity(vector, node, count);
    List<FieldVector> children = vector.getChildrenFromFields();
    List<WriterNode> nodes = node.children();
    if (children.size() != nodes.size()) {
      throw damaged(node, "has " + children.size() + " fields (expected: " + nodes.size() + ")");
    }
    int fixedSize = node.type() instanceof ArrowType.FixedSizeList list ? list.getListSize() : 0;
    OffsetKind kind =
        switch (node.shape()) {
          case LIST -> OffsetKind.INT;
          case LARGE_LIST -> OffsetKind.LONG;
          case FIXED_SIZE_LIST -> OffsetKind.FIXED;
          case STRUCT, LEAF -> OffsetKind.NONE;
        };
    long offsets =
        switch (kind) {
          case INT -> offsets(vector, node, count, 4);
          case LONG -> offsets(vector, node, count, 8);
          case FIXED, NONE -> 0;
        };
    int childrenNeeded = childrenNeeded(vector, node, kind, count, fixedSize);
    VectorView[] views = new VectorView[nodes.size()];
    for (int i = 0; i < views.length; i++) {
      views[i] = view(children.get(i), nodes.get(i), childrenNeeded);
    }
    return new VectorView(
        count,
        validity,
        false,
        0,
        0,
        offsets,
        kind,
        fixedSize,
        views,
        null,
        null,
        VectorView.NO_BLOCKS);
  }

  /** How long the children must be at least; lists' offsets are checked when they are followed. */
  private static int childrenNeeded(
      FieldVector vector, WriterNode node, OffsetKind kind, int count, int fixedSize) {
    return switch (kind) {
      case NONE -> count;
      case INT, LONG -> vector.getChildrenFromFields().get(0).getValueCount();
      case FIXED -> {
        long needed = (long) count * fixedSize;
        boolean sameSize =
            vector.getField().getType() instanceof ArrowType.FixedSizeList list
                && list.getListSize() == fixedSize;
        if (!sameSize || needed > Integer.MAX_VALUE) {
          throw damaged(node, "has lists of another size than its schema says");
        }
        yield (int) needed;
      }
    };
  }

  private VectorView encoded(FieldVector vector, WriterNode node, DictionaryEncoding encoding) {
    Dictionary dictionary = dictionaries.lookup(encoding.getId());
    if (dictionary == null) {
      throw damaged(node, "refers to dictionary " + encoding.getId() + ", which was not sent");
    }
    if (!(vector.getField().getType() instanceof ArrowType.Int type)) {
      throw damaged(node, "has dictionary indices that are not integers");
    }
    FieldVector values = unwrapped(dictionary.getVector());
    if (values.getField().getDictionary() != null) {
      throw damaged(node, "has a dictionary of dictionaries");
    }
    checkType(values, node);
    VectorView dictionaryView = leaf(values, node, values.getValueCount());
    int count = vector.getValueCount();
    Codes codes = new Codes(type.getBitWidth() / 8, type.getIsSigned());
    long bytes = (long) count * codes.width();
    VectorView indices =
        new VectorView(
            count,
            validity(vector, node, count),
            false,
            hold(vector.getDataBuffer(), bytes, node),
            bytes,
            0,
            OffsetKind.NONE,
            0,
            VectorView.NO_CHILDREN,
            codes,
            dictionaryView,
            VectorView.NO_BLOCKS);
    return hasNulls(dictionaryView) ? withNullValues(indices, codes, dictionaryView) : indices;
  }

  private static boolean hasNulls(VectorView view) {
    return view.allNull()
        || (view.validity() != 0
            && Bits.count(view.validity(), 0, view.count(), view.count()) < view.count());
  }

  /** An index that points to a null means null: put that into a bitmap of the indices' own. */
  private VectorView withNullValues(VectorView indices, Codes codes, VectorView dictionary) {
    ArrowBuf bitmap = allocator.buffer(Math.max(8, (indices.count() + 7L) / 8));
    retained.add(bitmap);
    bitmap.setZero(0, bitmap.capacity());
    for (int i = 0; i < indices.count(); i++) {
      if (indices.validity() != 0 && !Bits.isSet(indices.validity(), i)) {
        continue;
      }
      long code = indices.code(i, codes);
      // A code out of range stays "valid" here: it is refused where values are fetched.
      boolean inRange = code >= 0 && code < dictionary.count();
      boolean isNull =
          inRange && (dictionary.allNull() || !Bits.isSet(dictionary.validity(), code));
      if (!isNull) {
        bitmap.setByte(i >> 3, bitmap.getByte(i >> 3) | 1 << (i & 7));
      }
    }
    return new VectorView(
        indices.count(),
        bitmap.memoryAddress(),
        false,
        indices.data(),
        indices.dataBytes(),
        0,
        OffsetKind.NONE,
        0,
        VectorView.NO_CHILDREN,
        codes,
        dictionary,
        VectorView.NO_BLOCKS);
  }

  private long validity(FieldVector vector, WriterNode node, int count) {
    if (vector instanceof NullVector) {
      return 0;
    }
    ArrowBuf bitmap = vector.getValidityBuffer();
    if (bitmap == null || bitmap.capacity() == 0 || count == 0) {
      return 0;
    }
    return hold(bitmap, (count + 7L) / 8, node);
  }

  private long offsets(FieldVector vector, WriterNode node, int count, int width) {
    return count == 0 ? 0 : hold(vector.getOffsetBuffer(), (count + 1L) * width, node);
  }

  private long hold(@Nullable ArrowBuf buffer, long needed, WriterNode node) {
    long capacity = buffer == null ? 0 : buffer.capacity();
    if (capacity < needed) {
      throw damaged(node, "has a buffer of " + capacity + " bytes (expected: " + needed + ")");
    }
    if (buffer == null || capacity == 0) {
      return 0;
    }
    buffer.getReferenceManager().retain();
    retained.add(buffer);
    return buffer.memoryAddress();
  }

  static MallardException damaged(WriterNode node, String what) {
    return MallardException.invalid("column '" + node.path() + "' " + what);
  }
}

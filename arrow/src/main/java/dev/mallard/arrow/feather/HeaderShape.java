package dev.mallard.arrow.feather;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What the header of a stored message must be like to belong to its schema: so many nodes, so many
 * buffers, all of them within the body. Costs no look at the body; that was checked when it was
 * stored.
 */
final class HeaderShape {
  private final Counts columns = new Counts();
  private final Map<Long, Counts> dictionaries = new HashMap<>();

  private static final class Counts {
    int nodes;
    int buffers;
    int views;
    int unions;
  }

  HeaderShape(Schema schema) {
    schema.getFields().forEach(field -> count(field, columns));
  }

  private void count(Field field, Counts counts) {
    DictionaryEncoding encoding = field.getDictionary();
    if (encoding == null) {
      countPlain(field, counts);
      return;
    }
    counts.nodes++;
    counts.buffers += 2;
    if (!dictionaries.containsKey(encoding.getId())) {
      Counts values = new Counts();
      dictionaries.put(encoding.getId(), values);
      countPlain(field, values);
    }
  }

  private void countPlain(Field field, Counts counts) {
    ArrowType type = field.getType();
    ArrowType storage =
        type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
    counts.nodes++;
    counts.buffers +=
        switch (storage.getTypeID()) {
          case Null, NONE, RunEndEncoded -> 0;
          case Struct, FixedSizeList -> 1;
          case Union -> ((ArrowType.Union) storage).getMode() == UnionMode.Dense ? 2 : 1;
          case Utf8, LargeUtf8, Binary, LargeBinary, ListView, LargeListView -> 3;
          default -> 2;
        };
    switch (storage.getTypeID()) {
      case Utf8View, BinaryView -> counts.views++;
      case Union -> counts.unions++;
      default -> {
        // Nothing that depends on the message.
      }
    }
    List<Field> children = field.getChildren();
    children.forEach(child -> count(child, counts));
  }

  /**
   * @throws dev.mallard.error.MallardException DATA_LOSS
   */
  void checkBatch(Message message) {
    Damage.guard(
        "a record batch",
        () -> {
          check(message, (RecordBatch) message.header(new RecordBatch()), columns);
          return true;
        });
  }

  /**
   * @throws dev.mallard.error.MallardException DATA_LOSS
   */
  void checkDictionary(Message message) {
    Damage.guard(
        "a dictionary",
        () -> {
          DictionaryBatch batch = (DictionaryBatch) message.header(new DictionaryBatch());
          Counts counts = dictionaries.get(batch.id());
          if (counts == null) {
            throw Damage.of("a dictionary belongs to no column");
          }
          check(message, batch.data(), counts);
          return true;
        });
  }

  private static void check(Message message, RecordBatch batch, Counts counts) {
    boolean old = message.version() == MetadataVersion.V4;
    if (!old && message.version() != MetadataVersion.V5) {
      throw Damage.of("a batch is of a version of Arrow that is not supported");
    }
    long buffers = counts.buffers + (old ? counts.unions : 0);
    if (batch.variadicBufferCountsLength() != counts.views) {
      throw Damage.of("a batch does not fit its schema");
    }
    for (int i = 0; i < counts.views; i++) {
      long variadic = batch.variadicBufferCounts(i);
      if (variadic < 0 || variadic > batch.buffersLength()) {
        throw Damage.of("a batch does not fit its schema");
      }
      buffers += variadic;
    }
    if (batch.length() < 0
        || batch.nodesLength() != counts.nodes
        || batch.buffersLength() != buffers) {
      throw Damage.of("a batch does not fit its schema");
    }
    checkNodes(batch);
    checkBuffers(batch, message.bodyLength());
  }

  private static void checkNodes(RecordBatch batch) {
    FieldNode node = new FieldNode();
    for (int i = 0; i < batch.nodesLength(); i++) {
      batch.nodes(node, i);
      if (node.length() < 0 || node.nullCount() < -1 || node.nullCount() > node.length()) {
        throw Damage.of("a column of a batch has impossible counts");
      }
    }
  }

  private static void checkBuffers(RecordBatch batch, long bodyLength) {
    Buffer buffer = new Buffer();
    for (int i = 0; i < batch.buffersLength(); i++) {
      batch.buffers(buffer, i);
      boolean inside =
          buffer.length() >= 0
              && buffer.offset() >= 0
              && buffer.offset() <= bodyLength
              && buffer.length() <= bodyLength - buffer.offset();
      if (!inside && buffer.length() != 0) {
        throw Damage.of("a column reaches out of its batch");
      }
    }
  }
}

package dev.mallard.parquet.internal.read;

import dev.mallard.error.Closer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Turns gathered dictionaries into Arrow's form. */
final class DictionaryVectors {
  private DictionaryVectors() {}

  /** The values as a batch of one column; the caller closes it. */
  static BatchParts parts(
      ReadNode.Leaf leaf, FileDictionary dictionary, BufferAllocator allocator) {
    int size = dictionary.size();
    ColumnType type = leaf.type().asTranscoded();
    try (Closer onFailure = new Closer()) {
      BatchParts parts = onFailure.add(new BatchParts(size));
      if (type instanceof ColumnType.Variable variable) {
        List<ArrowBuf> buffers = variable(variable.layout(), dictionary, allocator);
        int variadic = variable.layout() == ColumnType.Layout.VIEWS ? 1 : -1;
        parts.leaf(whole(size, buffers, variadic));
      } else if (type instanceof ColumnType.Bool) {
        parts.leaf(whole(size, bits(dictionary, allocator), -1));
      } else {
        parts.leaf(whole(size, List.of(bytes(dictionary, allocator)), -1));
      }
      onFailure.release();
      return parts;
    }
  }

  /** The values as a vector; the caller closes it. */
  static FieldVector vector(
      ReadNode.Leaf leaf, FileDictionary dictionary, BufferAllocator allocator) {
    Field field = valueField(leaf);
    try (Closer onFailure = new Closer();
        BatchParts parts = parts(leaf, dictionary, allocator);
        ArrowRecordBatch batch = parts.toRecordBatch()) {
      VectorSchemaRoot root =
          onFailure.add(VectorSchemaRoot.create(new Schema(List.of(field)), allocator));
      new VectorLoader(root).load(batch);
      onFailure.release();
      return root.getVector(0);
    }
  }

  private static Field valueField(ReadNode.Leaf leaf) {
    Field field = leaf.field();
    return new Field(
        field.getName(), new FieldType(true, field.getType(), null), field.getChildren());
  }

  private static LeafBatch whole(int size, List<ArrowBuf> values, int variadicBuffers) {
    List<ArrowBuf> buffers = new ArrayList<>(values);
    buffers.add(0, values.get(0).getReferenceManager().getAllocator().getEmpty());
    return new LeafBatch(size, 0, buffers, variadicBuffers, new byte[0], new byte[0], false, 0);
  }

  private static ArrowBuf bytes(FileDictionary dictionary, BufferAllocator allocator) {
    int length = dictionary.start(dictionary.size());
    ArrowBuf buffer = allocator.buffer(length);
    buffer.setBytes(0, dictionary.bytes(), 0, length);
    buffer.writerIndex(length);
    return buffer;
  }

  private static List<ArrowBuf> bits(FileDictionary dictionary, BufferAllocator allocator) {
    BitmapWriter bits = new BitmapWriter();
    for (int i = 0; i < dictionary.size(); i++) {
      bits.append(dictionary.bytes()[i] != 0);
    }
    ArrowBuf buffer = allocator.buffer(bits.byteLength());
    buffer.setBytes(0, bits.bytes(), 0, bits.byteLength());
    buffer.writerIndex(bits.byteLength());
    return List.of(buffer);
  }

  private static List<ArrowBuf> variable(
      ColumnType.Layout layout, FileDictionary dictionary, BufferAllocator allocator) {
    int size = dictionary.size();
    int width =
        switch (layout) {
          case OFFSETS_32 -> 4;
          case OFFSETS_64 -> 8;
          case VIEWS -> 16;
        };
    long length = (long) width * (layout == ColumnType.Layout.VIEWS ? size : size + 1L);
    ArrowBuf data = bytes(dictionary, allocator);
    ArrowBuf places;
    try {
      places = allocator.buffer(length);
    } catch (Throwable e) {
      Closer.closeAfter(e, data);
      throw e;
    }
    places.writerIndex(length);
    long address = places.memoryAddress();
    for (int i = 0; i < length / width; i++) {
      int start = dictionary.start(i);
      switch (layout) {
        case OFFSETS_32 -> MemoryUtil.putInt(address + 4L * i, start);
        case OFFSETS_64 -> MemoryUtil.putLong(address + 8L * i, start);
        case VIEWS ->
            ViewBuffers.put(
                address + 16L * i,
                data.memoryAddress() + start,
                start,
                dictionary.start(i + 1) - start);
      }
    }
    return List.of(places, data);
  }
}

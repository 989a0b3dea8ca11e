package dev.mallard.parquet.internal.read;

import dev.mallard.error.Closer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Puts columns together to a batch: structs' validity and lists' offsets out of the levels. */
final class NestedAssembler {
  private final BufferAllocator allocator;
  private final List<ReadNode> columns;
  private final BitmapWriter present = new BitmapWriter();

  NestedAssembler(List<ReadNode> columns, BufferAllocator allocator) {
    this.columns = columns;
    this.allocator = allocator;
  }

  /** Takes what it needs from {@code leaves}, by column; the caller closes them in any case. */
  BatchParts assemble(int rows, Map<Integer, LeafBatch> leaves) {
    BatchParts parts = new BatchParts(rows);
    try {
      for (ReadNode column : columns) {
        add(column, rows, leaves, parts);
      }
      return parts;
    } catch (Throwable e) {
      Closer.closeAfter(e, parts);
      throw e;
    }
  }

  private void add(ReadNode node, int slots, Map<Integer, LeafBatch> leaves, BatchParts parts) {
    if (node instanceof ReadNode.Leaf leaf) {
      LeafBatch batch = of(leaf, leaves);
      checkSlots(node, batch.slots, slots);
      parts.leaf(batch);
    } else if (node instanceof ReadNode.Struct struct) {
      addStruct(struct, slots, leaves, parts);
    } else {
      addRepeated((ReadNode.Repeated) node, slots, leaves, parts);
    }
  }

  private static LeafBatch of(ReadNode.Leaf leaf, Map<Integer, LeafBatch> leaves) {
    return Objects.requireNonNull(leaves.get(leaf.column()));
  }

  private static void checkSlots(ReadNode node, long found, long expected) {
    if (found != expected) {
      throw DamagedFile.inColumn(
          node.firstLeaf().path(),
          "it has " + found + " values where its neighbours have " + expected,
          null);
    }
  }

  private void addStruct(
      ReadNode.Struct struct, int slots, Map<Integer, LeafBatch> leaves, BatchParts parts) {
    LeafBatch shape = of(struct.firstLeaf(), leaves);
    present.clear();
    boolean nullable = struct.field().isNullable();
    for (int i = 0; i < shape.entries; i++) {
      int definition = shape.definitions[i];
      if (definition < struct.existsAt()) {
        present.appendRun(!nullable, struct.fillers().at(definition));
      } else if (shape.repetition(i) <= struct.depth()) {
        present.append(!nullable || definition >= struct.presentAt());
      }
    }
    checkSlots(struct, present.length(), slots);
    parts.node(slots, present.zeros());
    parts.buffer(Validity.buffer(present, present.zeros(), allocator));
    for (ReadNode child : struct.children()) {
      add(child, slots, leaves, parts);
    }
  }

  private void addRepeated(
      ReadNode.Repeated list, int slots, Map<Integer, LeafBatch> leaves, BatchParts parts) {
    LeafBatch shape = of(list.firstLeaf(), leaves);
    int[] ends = new int[slots + 1];
    int elements = ends(list, shape, slots, ends);
    parts.node(slots, present.zeros());
    parts.buffer(Validity.buffer(present, present.zeros(), allocator));
    ArrowType type = list.field().getType();
    if (type instanceof ArrowType.FixedSizeList fixed) {
      elements = checkSizes(list, fixed.getListSize(), slots, ends);
    } else {
      parts.buffer(offsets(ends, type instanceof ArrowType.LargeList));
    }
    add(list.child(), elements, leaves, parts);
  }

  /** Fills {@code ends[slot + 1]} and {@link #present}; returns the number of elements. */
  private int ends(ReadNode.Repeated list, LeafBatch shape, int slots, int[] ends) {
    present.clear();
    boolean nullable = list.field().isNullable();
    int exists = list.existsAt();
    int elementAt = list.child().existsAt();
    int depth = list.depth();
    int slot = 0;
    int elements = 0;
    for (int i = 0; i < shape.entries; i++) {
      int definition = shape.definitions[i];
      int repetition = shape.repetition(i);
      if (definition < exists) {
        int fillers = list.fillers().at(definition);
        checkRoom(list, slot + (long) fillers, slots);
        present.appendRun(!nullable, fillers);
        for (int k = 0; k < fillers; k++) {
          ends[++slot] = elements;
        }
        continue;
      }
      if (repetition <= depth) {
        checkRoom(list, slot + 1L, slots);
        present.append(!nullable || definition >= list.presentAt());
        ends[++slot] = elements;
      }
      if (definition >= elementAt && repetition <= depth + 1) {
        if (slot == 0) {
          throw DamagedFile.inColumn(list.firstLeaf().path(), "an element without a list", null);
        }
        ends[slot] = ++elements;
      }
    }
    checkSlots(list, slot, slots);
    return elements;
  }

  private static void checkRoom(ReadNode node, long needed, int slots) {
    if (needed > slots) {
      checkSlots(node, needed, slots);
    }
  }

  /** Every list that is there must be full; those that are not have their slots all the same. */
  private int checkSizes(ReadNode.Repeated list, int size, int slots, int[] ends) {
    boolean nullable = list.field().isNullable();
    for (int i = 0; i < slots; i++) {
      int length = ends[i + 1] - ends[i];
      boolean mayBeEmpty = !nullable || !present.get(i);
      if (length != size && !(length == 0 && mayBeEmpty)) {
        checkSlots(list, length, size);
      }
    }
    long elements = (long) slots * size;
    if (elements > Integer.MAX_VALUE) {
      checkSlots(list, elements, Integer.MAX_VALUE);
    }
    return (int) elements;
  }

  private ArrowBuf offsets(int[] ends, boolean large) {
    int width = large ? 8 : 4;
    long size = (long) ends.length * width;
    ArrowBuf buffer = allocator.buffer(size);
    buffer.writerIndex(size);
    long address = buffer.memoryAddress();
    for (int i = 0; i < ends.length; i++) {
      if (large) {
        MemoryUtil.putLong(address + 8L * i, ends[i]);
      } else {
        MemoryUtil.putInt(address + 4L * i, ends[i]);
      }
    }
    return buffer;
  }
}

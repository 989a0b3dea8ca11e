package dev.mallard.parquet.internal.read;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;

/**
 * What one column contributed to a batch. Owns its buffers until they are taken. The levels belong
 * to the column's reader and are good until it reads on.
 */
final class LeafBatch implements AutoCloseable {
  final int slots;
  final int nullCount;

  /** The validity buffer (empty if nothing is null) and those behind it; none for type null. */
  private final List<ArrowBuf> buffers;

  final int variadicBuffers;

  final byte[] definitions;

  private final byte[] repetitions;
  private final boolean repeated;
  final int entries;

  LeafBatch(
      int slots,
      int nullCount,
      List<ArrowBuf> buffers,
      int variadicBuffers,
      byte[] definitions,
      byte[] repetitions,
      boolean repeated,
      int entries) {
    this.slots = slots;
    this.nullCount = nullCount;
    this.buffers = buffers;
    this.variadicBuffers = variadicBuffers;
    this.definitions = definitions;
    this.repetitions = repetitions;
    this.repeated = repeated;
    this.entries = entries;
  }

  /** Of an entry; columns outside lists have no repetition levels. */
  int repetition(int entry) {
    return repeated ? repetitions[entry] : 0;
  }

  /** Hands the buffers over. */
  List<ArrowBuf> takeBuffers() {
    List<ArrowBuf> taken = new ArrayList<>(buffers);
    buffers.clear();
    return taken;
  }

  @Override
  public void close() {
    buffers.forEach(ArrowBuf::close);
    buffers.clear();
  }
}

package dev.mallard.arrow;

import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * One dictionary of a stream that may replace it, and of a file that may only extend it. Keeps the
 * file's values in memory (sharing the messages' buffers), and their keys once something was
 * replaced.
 */
final class UnifiedDictionary implements AutoCloseable {
  private final long id;
  private final ColumnLayout layout;
  private final BufferAllocator allocator;

  /** Whether values are indices into other dictionaries, or others' values indices into this. */
  private final boolean entangled;

  private final List<IpcMessage> parts = new ArrayList<>();
  private long fileLength;
  private @Nullable Map<ByteBuffer, Integer> positions;
  private int @Nullable [] mapping;

  UnifiedDictionary(long id, ColumnLayout layout, boolean entangled, BufferAllocator allocator) {
    this.id = id;
    this.layout = layout;
    this.entangled = entangled;
    this.allocator = allocator;
  }

  /** What the stream's indices are in the file; null if they are the same. */
  int @Nullable [] mapping() {
    return mapping;
  }

  /**
   * Takes over a dictionary batch of the stream and returns what to write to the file in its place,
   * or null.
   */
  @Nullable IpcMessage accept(IpcMessage message, boolean delta) throws IOException {
    if (parts.isEmpty() || delta && mapping == null) {
      IpcMessage values = Dictionaries.normalised(message, layout, allocator);
      add(values);
      return message;
    }
    try (message;
        IpcMessage values = Dictionaries.normalised(message, layout, allocator)) {
      return delta ? extendMapping(values) : replace(values);
    }
  }

  private void add(IpcMessage values) throws IOException {
    parts.add(values);
    long length = BatchHeader.read(values).rows();
    if (positions != null) {
      try (ValueKeys keys = keys(values)) {
        for (long row = 0; row < length; row++) {
          positions.putIfAbsent(keys.key(row), Math.toIntExact(fileLength + row));
        }
      }
    }
    fileLength += length;
  }

  private ValueKeys keys(IpcMessage values) throws IOException {
    ColumnData column = ColumnData.of(BatchHeader.read(values), List.of(layout)).get(0);
    return new ValueKeys(column, values.body(), allocator);
  }

  private @Nullable IpcMessage replace(IpcMessage values) throws IOException {
    long length = BatchHeader.read(values).rows();
    long common = Math.min(length, fileLength);
    if (beginsAsTheFileDoes(values, common)) {
      mapping = null;
      return length <= fileLength ? null : appended(slice(values, common, length));
    }
    if (entangled) {
      throw MallardException.invalid(
          "column '%s': its dictionary was replaced, which a file cannot hold for dictionaries "
                  .formatted(layout.path())
              + "within dictionaries; send the same or a longer one, or decode the column");
    }
    mapping = new int[0];
    return extendMapping(values);
  }

  private boolean beginsAsTheFileDoes(IpcMessage values, long rows) throws IOException {
    joinParts();
    try (ValueKeys theirs = keys(values);
        ValueKeys ours = keys(parts.get(0))) {
      for (long row = 0; row < rows; row++) {
        if (!theirs.key(row).equals(ours.key(row))) {
          return false;
        }
      }
      return true;
    }
  }

  private void joinParts() throws IOException {
    if (parts.size() > 1) {
      IpcMessage joined = Dictionaries.join(parts, layout, allocator);
      parts.forEach(IpcMessage::close);
      parts.clear();
      parts.add(joined);
    }
  }

  /** Maps more of the stream's values; returns those that the file lacks, as a delta. */
  private @Nullable IpcMessage extendMapping(IpcMessage values) throws IOException {
    Map<ByteBuffer, Integer> known = positions();
    int rows = Math.toIntExact(BatchHeader.read(values).rows());
    int before = mapping == null ? 0 : mapping.length;
    int[] extended = mapping == null ? new int[rows] : Arrays.copyOf(mapping, before + rows);
    List<IpcMessage> missing = new ArrayList<>();
    try (Closer slices = new Closer();
        ValueKeys keys = keys(values)) {
      long next = fileLength;
      int runStart = -1;
      for (int row = 0; row < rows; row++) {
        ByteBuffer key = keys.key(row);
        Integer position = known.get(key);
        if (position == null) {
          position = Math.toIntExact(next++);
          known.put(key, position);
          runStart = runStart < 0 ? row : runStart;
        } else if (runStart >= 0) {
          missing.add(slices.add(slice(values, runStart, row)));
          runStart = -1;
        }
        extended[before + row] = position;
      }
      if (runStart >= 0) {
        missing.add(slices.add(slice(values, runStart, rows)));
      }
      mapping = extended;
      return missing.isEmpty() ? null : appended(Dictionaries.join(missing, layout, allocator));
    }
  }

  private Map<ByteBuffer, Integer> positions() throws IOException {
    if (positions == null) {
      joinParts();
      Map<ByteBuffer, Integer> known = new HashMap<>();
      try (ValueKeys keys = keys(parts.get(0))) {
        for (int row = 0; row < fileLength; row++) {
          known.putIfAbsent(keys.key(row), row);
        }
      }
      positions = known;
    }
    return positions;
  }

  private IpcMessage slice(IpcMessage values, long from, long to) throws IOException {
    return MessageCutter.slice(
        values, BatchHeader.read(values), List.of(layout), from, to, allocator);
  }

  /** Keeps the values and returns them as a delta of their own. */
  private IpcMessage appended(IpcMessage values) throws IOException {
    BatchHeader header = BatchHeader.read(values);
    add(values);
    return new IpcMessage(
        header.withDictionary(new BatchHeader.DictionaryPart(id, true)).encode(),
        ((MemoryBody) values.body()).share(),
        null);
  }

  @Override
  public void close() {
    parts.forEach(IpcMessage::close);
    parts.clear();
  }
}

package dev.mallard.parquet.internal.read;

import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.parquet.format.ColumnMetaData;

/**
 * Reads one column, batch by batch, chunk after chunk. One thread at a time, which may change
 * between calls.
 */
final class ColumnReader implements AutoCloseable {
  /** Entries of one batch or page of a column in lists: what its levels take on the heap. */
  private static final int MAX_ENTRIES = 1 << 25;

  private final ReadNode.Leaf leaf;
  private final BufferAllocator allocator;
  private final PageReader pages;
  private final ValueSink sink;
  private final boolean flat;
  private final HeapBudget heap;
  private final RleBitPackedDecoder definitionRuns = new RleBitPackedDecoder();
  private final RleBitPackedDecoder repetitionRuns = new RleBitPackedDecoder();

  /** Which slots of the batch have a value. */
  private final BitmapWriter present = new BitmapWriter();

  private int pageLeft;

  /** The current page's levels, and where in them the next entry is; not used if flat. */
  private byte[] pageDefinitions = new byte[0];

  private byte[] pageRepetitions = new byte[0];
  private int pageAt;
  private int pageEntries;

  private byte[] definitions = new byte[0];
  private byte[] repetitions = new byte[0];
  private int entries;

  ColumnReader(
      ReadNode.Leaf leaf,
      PageReader pages,
      ValueSink sink,
      HeapBudget heap,
      BufferAllocator allocator) {
    this.heap = heap;
    this.leaf = leaf;
    this.pages = pages;
    this.sink = sink;
    this.allocator = allocator;
    this.flat = leaf.isFlat();
  }

  /** Goes to the beginning of another row group's chunk. */
  void open(ColumnMetaData chunk) {
    pages.open(chunk);
    sink.beginChunk();
    pageLeft = 0;
    pageAt = 0;
    pageEntries = 0;
  }

  /**
   * Reads the next rows.
   *
   * @param last whether the chunk must end with them
   * @throws MallardException DATA_LOSS naming the column
   */
  LeafBatch read(int rows, boolean last) throws IOException {
    List<ArrowBuf> buffers = new ArrayList<>(3);
    try {
      present.clear();
      sink.begin(rows);
      entries = 0;
      if (flat) {
        readFlat(rows);
      } else {
        readNested(rows);
      }
      if (last && (pages.valuesLeft() > 0 || pageLeft > 0 || pageAt < pageEntries)) {
        throw new CorruptPageException("it has more rows than its row group");
      }
      return finish(buffers);
    } catch (MallardException | OutOfMemoryException e) {
      buffers.forEach(ArrowBuf::close);
      throw e;
    } catch (RuntimeException e) {
      buffers.forEach(ArrowBuf::close);
      String what = e instanceof CorruptPageException ? e.getMessage() : "its pages make no sense";
      throw DamagedFile.inColumn(leaf.path(), String.valueOf(what), e);
    } catch (Throwable e) {
      Closer.closeAfter(e, () -> buffers.forEach(ArrowBuf::close));
      throw e;
    }
  }

  private LeafBatch finish(List<ArrowBuf> buffers) {
    int slots = present.length();
    if (leaf.type() instanceof ColumnType.Nothing) {
      return batch(slots, slots, buffers, -1);
    }
    int nulls = leaf.field().isNullable() ? present.zeros() : 0;
    buffers.add(Validity.buffer(present, nulls, allocator));
    sink.finish(slots, present, buffers);
    return batch(slots, nulls, buffers, sink.variadicBuffers());
  }

  private LeafBatch batch(int slots, int nulls, List<ArrowBuf> buffers, int variadicBuffers) {
    boolean repeated = leaf.depth() > 0;
    return new LeafBatch(
        slots, nulls, buffers, variadicBuffers, definitions, repetitions, repeated, entries);
  }

  private void readFlat(int rows) throws IOException {
    for (int left = rows; left > 0; ) {
      if (pageLeft == 0) {
        nextPage();
        continue;
      }
      int step = Math.min(left, pageLeft);
      int before = present.ones();
      if (leaf.presentAt() == 0) {
        present.appendRun(true, step);
      } else {
        definitionRuns.readPresence(present, step);
      }
      sink.read(present.ones() - before);
      pageLeft -= step;
      left -= step;
    }
  }

  private void readNested(int rows) throws IOException {
    int begun = 0;
    while (true) {
      if (pageAt == pageEntries) {
        if (pages.valuesLeft() == 0 || (leaf.depth() == 0 && begun == rows)) {
          break;
        }
        nextPage();
        continue;
      }
      int from = pageAt;
      int to = from;
      if (leaf.depth() == 0) {
        to = from + Math.min(rows - begun, pageEntries - from);
        begun += to - from;
      } else {
        while (to < pageEntries && (pageRepetitions[to] != 0 || begun < rows)) {
          begun += pageRepetitions[to++] == 0 ? 1 : 0;
        }
        if (begun == 0) {
          throw new CorruptPageException("it does not begin with a row");
        }
      }
      take(from, to);
      pageAt = to;
      if (to < pageEntries) {
        break;
      }
    }
    if (begun != rows) {
      throw new CorruptPageException("it has fewer rows than its row group");
    }
  }

  /** Adds entries of the current page to the batch. */
  private void take(int from, int to) {
    int count = to - from;
    if ((long) entries + count > MAX_ENTRIES) {
      throw tooManyEntries();
    }
    definitions = heap.grown(definitions, entries + count);
    System.arraycopy(pageDefinitions, from, definitions, entries, count);
    if (leaf.depth() > 0) {
      repetitions = heap.grown(repetitions, entries + count);
      System.arraycopy(pageRepetitions, from, repetitions, entries, count);
    }
    entries += count;
    int before = present.ones();
    int exists = leaf.existsAt();
    int has = leaf.presentAt();
    for (int i = from; i < to; i++) {
      byte level = pageDefinitions[i];
      if (level >= exists) {
        present.append(level >= has);
      } else if (!leaf.fillers().isNone()) {
        fill(leaf.fillers().at(level));
      }
    }
    sink.read(present.ones() - before);
  }

  private void fill(int slots) {
    if ((long) present.length() + slots > MAX_ENTRIES) {
      throw tooManyEntries();
    }
    present.appendRun(false, slots);
  }

  private void nextPage() throws IOException {
    if (pages.valuesLeft() == 0) {
      throw new CorruptPageException("it has fewer rows than its row group");
    }
    Page page = pages.next();
    if (page == null) {
      PageReader.DictionaryPage dictionary = pages.takeDictionary();
      if (dictionary != null) {
        sink.setDictionary(dictionary);
      }
      return;
    }
    Page values = flat ? flatLevels(page) : nestedLevels(page);
    sink.setPage(values);
  }

  private Page flatLevels(Page page) {
    LevelSections sections = LevelSections.of(page, 0, leaf.presentAt());
    if (leaf.presentAt() > 0) {
      definitionRuns.init(page.levelBytes(), sections.definitionFrom(), sections.definitionTo(), 1);
    }
    pageLeft = page.values();
    return sections.values();
  }

  private Page nestedLevels(Page page) {
    int count = page.values();
    if (count > MAX_ENTRIES) {
      throw tooManyEntries();
    }
    LevelSections sections = LevelSections.of(page, leaf.depth(), leaf.presentAt());
    pageDefinitions = heap.grown(pageDefinitions, count);
    if (leaf.presentAt() > 0) {
      definitionRuns.init(
          page.levelBytes(),
          sections.definitionFrom(),
          sections.definitionTo(),
          LevelSections.bitWidth(leaf.presentAt()));
      definitionRuns.readLevels(pageDefinitions, count, leaf.presentAt());
    }
    if (leaf.depth() > 0) {
      pageRepetitions = heap.grown(pageRepetitions, count);
      repetitionRuns.init(
          page.levelBytes(),
          sections.repetitionFrom(),
          sections.repetitionTo(),
          LevelSections.bitWidth(leaf.depth()));
      repetitionRuns.readLevels(pageRepetitions, count, leaf.depth());
    }
    pageAt = 0;
    pageEntries = count;
    return sections.values();
  }

  private MallardException tooManyEntries() {
    return new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED,
        "the column '"
            + leaf.path()
            + "' has more than "
            + MAX_ENTRIES
            + " list elements in one page or batch; write the file with smaller pages");
  }

  @Override
  public void close() {
    sink.close();
  }
}

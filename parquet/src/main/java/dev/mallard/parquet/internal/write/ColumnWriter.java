package dev.mallard.parquet.internal.write;

import dev.mallard.error.Closer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageEncodingStats;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * Encodes one column chunk: cuts it into pages, and decides whether a dictionary is worth it.
 *
 * <p>Where a batch brings a dictionary of its own, that is taken over. Otherwise the first page's
 * values are sampled, and only columns with repetition pay for hashing; a dictionary that grows too
 * large ends with the page, and PLAIN pages follow.
 */
final class ColumnWriter {
  /** A dictionary must be expected to have at most this part of the values, in parts of 100. */
  private static final int DICTIONARY_WORTH = 40;

  private enum Mode {
    UNDECIDED,
    DICTIONARY,
    DIRECT
  }

  private final WriterColumn column;
  private final WriterSettings options;
  private final PageValues values;
  private final PageWriter pages;
  private final ByteSink scratch;
  private final LevelBuilder levels;
  private final LeafSelection selection = new LeafSelection();
  private final CodeTable codes;
  private final OffHeapBuffer dictionaryPage;
  private final OffHeapBuffer dataPages;
  private final Set<Encoding> encodings = EnumSet.of(Encoding.RLE);
  private final List<PageEncodingStats> pageStats = new ArrayList<>();
  private final long rows;

  private Mode mode = Mode.UNDECIDED;
  private int[] indices = new int[1024];
  private int indexCount;
  private int pageRows;
  private long pageWeight;
  private long entries;
  private long valueCount;

  private ColumnWriter(
      WriterColumn column, long rows, EncoderScratch worker, BufferAllocator allocator) {
    this.column = column;
    this.rows = rows;
    options = worker.options();
    values = worker.values(column);
    pages = worker.pages();
    scratch = worker.bytes();
    levels =
        column.isFlat()
            ? new FlatLevels((LevelStep.Presence) column.steps().get(0))
            : new NestedLevels(column);
    codes = new CodeTable(column);
    dictionaryPage = new OffHeapBuffer(allocator, 4096);
    dataPages = new OffHeapBuffer(allocator, 64 << 10);
  }

  /** The chunk of {@code column} for the rows of {@code segments}; the caller closes it. */
  static EncodedChunk encode(
      WriterColumn column,
      List<Segment> segments,
      long rows,
      EncoderScratch worker,
      BufferAllocator allocator) {
    ColumnWriter writer = new ColumnWriter(column, rows, worker, allocator);
    try {
      return writer.encode(segments);
    } catch (OffHeapBuffer.TooLargeException e) {
      writer.release();
      throw LongGather.refused(
          column, "has more than 2 GB in one page or row group, which Parquet cannot hold");
    } catch (Throwable e) {
      Closer.closeAfter(e, writer::release);
      throw e;
    }
  }

  private void release() {
    dictionaryPage.close();
    dataPages.close();
  }

  private EncodedChunk encode(List<Segment> segments) {
    values.begin(column);
    pages.begin();
    for (Segment segment : segments) {
      append(segment.batch().column(column.field()), segment.from(), segment.to());
    }
    if (pageRows > 0) {
      flushPage();
    }
    boolean hasDictionary = values.dictionarySize() > 0;
    if (hasDictionary) {
      int size = values.dictionarySize();
      values.writeDictionary(pages.newPage());
      pages.writeDictionary(size, dictionaryPage);
      encodings.add(Encoding.PLAIN);
      count(PageType.DICTIONARY_PAGE, Encoding.PLAIN);
    }
    selection.release();
    return new EncodedChunk(dictionaryPage, dataPages, metadata());
  }

  private void append(VectorView root, int from, int to) {
    for (int row = from; row < to; ) {
      int fitting = fittingRows(root, row, to);
      if (fitting == 0) {
        flushPage();
        continue;
      }
      levels.append(root, row, row + fitting, selection);
      addValues();
      row += fitting;
      pageRows += fitting;
      if (pageRows >= options.pageRows()) {
        flushPage();
      }
    }
  }

  /** 0 if the page has something and not even one row more should go in. */
  private int fittingRows(VectorView root, int row, int to) {
    int count = Math.min(to - row, options.pageRows() - pageRows);
    while (true) {
      long weight = RowBytes.ofLeaf(column, root, row, row + count);
      if (pageWeight + weight <= options.pageBytes() || (count == 1 && pageRows == 0)) {
        pageWeight += weight;
        return count;
      }
      if (count == 1) {
        return 0;
      }
      count /= 2;
    }
  }

  private void addValues() {
    VectorView dictionary = selection.leaf.dictionary();
    valueCount += selection.count;
    if (selection.count == 0) {
      return;
    }
    if (dictionary != null && mode == Mode.UNDECIDED && values.count() == 0) {
      mode = values instanceof BooleanPageValues ? Mode.DIRECT : Mode.DICTIONARY;
    }
    if (mode != Mode.DICTIONARY) {
      values.append(dictionary == null ? selection : codes.resolve(selection, dictionary));
      return;
    }
    ensureIndices(indexCount + selection.count);
    if (dictionary != null) {
      codes.encode(selection, dictionary, values, indices, indexCount);
    } else {
      values.append(selection);
      values.encode(indices, indexCount);
      values.clearPage();
    }
    indexCount += selection.count;
  }

  private void ensureIndices(int needed) {
    if (indices.length < needed) {
      indices = java.util.Arrays.copyOf(indices, Math.max(needed, indices.length * 2));
    }
  }

  private void flushPage() {
    if (mode == Mode.UNDECIDED && values.count() > 0) {
      decide();
    }
    OffHeapBuffer page = pages.newPage();
    levels.writeTo(page, scratch);
    Encoding encoding;
    boolean mayStore = true;
    if (mode == Mode.DICTIONARY) {
      encoding = Encoding.RLE_DICTIONARY;
      writeIndices(page);
      // Strings in the dictionary may shrink where their indices do not.
      mayStore = values.dictionaryBytes() * 8 < page.size();
    } else {
      encoding = values.write(page, scratch);
    }
    pages.writeData(levels.entries(), encoding, mayStore, dataPages);
    encodings.add(encoding);
    count(PageType.DATA_PAGE, encoding);
    entries += levels.entries();
    levels.clear();
    values.clearPage();
    indexCount = 0;
    pageRows = 0;
    pageWeight = 0;
    if (mode == Mode.DICTIONARY && values.dictionaryBytes() > options.pageBytes()) {
      mode = Mode.DIRECT;
    }
  }

  private void decide() {
    long expected = rows * values.count() / Math.max(1, pageRows);
    long distinct = values.estimateDistinct();
    long bytes = distinct * values.plainBytes() / values.count();
    boolean worth = distinct * 100 <= expected * DICTIONARY_WORTH && bytes <= options.pageBytes();
    mode = worth ? Mode.DICTIONARY : Mode.DIRECT;
    if (worth) {
      ensureIndices(values.count());
      indexCount = values.count();
      values.encode(indices, 0);
    }
  }

  private void writeIndices(OffHeapBuffer page) {
    int width = RleEncoder.bitWidth(Math.max(0, values.dictionarySize() - 1));
    scratch.clear();
    RleEncoder.encode(indices, indexCount, width, scratch);
    page.putByte(width);
    page.put(scratch);
  }

  private void count(PageType type, Encoding encoding) {
    for (PageEncodingStats each : pageStats) {
      if (each.page_type == type && each.encoding == encoding) {
        each.count++;
        return;
      }
    }
    pageStats.add(new PageEncodingStats(type, encoding, 1));
  }

  private ColumnMetaData metadata() {
    return new ColumnMetaData(
            column.type().physical(),
            List.copyOf(encodings),
            column.path(),
            pages.codec(),
            entries,
            pages.uncompressedBytes(),
            dictionaryPage.size() + dataPages.size(),
            0)
        .setEncoding_stats(pageStats)
        .setStatistics(statistics());
  }

  private @Nullable Statistics statistics() {
    Statistics statistics = new Statistics();
    statistics.setNull_count(entries - valueCount);
    values.addTo(statistics);
    return statistics;
  }
}

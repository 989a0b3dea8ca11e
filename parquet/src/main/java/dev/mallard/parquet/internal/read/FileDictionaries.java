package dev.mallard.parquet.internal.read;

import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageEncodingStats;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;

/**
 * Gathers each dictionary-encoded column's values before anything is read: Parquet has a dictionary
 * a row group, Arrow's file-wide one must be known before the first batch. All of the file counts,
 * whichever rows are read, so that every reader of a file has the same dictionaries.
 */
final class FileDictionaries {
  private static final int READ_AHEAD = 256 * 1024;

  private FileDictionaries() {}

  /** By column. */
  static Map<Integer, FileDictionary> gather(
      FileChannel file, ParquetFooter footer, Projection projection, Decompressors decompressors)
      throws IOException {
    Map<Integer, FileDictionary> result = new HashMap<>();
    for (ReadNode.Leaf leaf : projection.leaves()) {
      if (leaf.field().getDictionary() != null) {
        try {
          result.put(leaf.column(), gather(leaf, file, footer, decompressors));
        } catch (MallardException e) {
          throw e;
        } catch (RuntimeException e) {
          String what = e instanceof CorruptPageException ? e.getMessage() : "it makes no sense";
          throw DamagedFile.inColumn(leaf.path(), String.valueOf(what), e);
        }
      }
    }
    return result;
  }

  private static FileDictionary gather(
      ReadNode.Leaf leaf, FileChannel file, ParquetFooter footer, Decompressors decompressors)
      throws IOException {
    FileDictionary dictionary =
        new FileDictionary(leaf.path(), maxSize(leaf), decompressors.heap());
    if (leaf.type() instanceof ColumnType.Bool) {
      byte[] both = {0, 1};
      dictionary.add(both, 0, 1);
      dictionary.add(both, 1, 1);
      return dictionary;
    }
    PageReader pages =
        new PageReader(file, READ_AHEAD, leaf.presentAt() > 0 || leaf.depth() > 0, decompressors);
    Scan scan = new Scan(leaf, pages, dictionary, decompressors.heap());
    for (RowGroup group : footer.rowGroups()) {
      if (group.getNum_rows() > 0) {
        scan.chunk(group.getColumns().get(leaf.column()).getMeta_data());
      }
    }
    return dictionary;
  }

  private static long maxSize(ReadNode.Leaf leaf) {
    ArrowType.Int index =
        java.util.Objects.requireNonNull(leaf.field().getDictionary()).getIndexType();
    int bits = index.getBitWidth() - (index.getIsSigned() ? 1 : 0);
    return bits >= 31 ? Integer.MAX_VALUE : 1L << bits;
  }

  /** The values of one column, page by page. */
  private static final class Scan {
    private static final int STEP = 1024;

    private final ReadNode.Leaf leaf;
    private final PageReader pages;
    private final FileDictionary dictionary;
    private final PlainValues values;
    private final PageTranscoder transcoder;

    Scan(ReadNode.Leaf leaf, PageReader pages, FileDictionary dictionary, HeapBudget heap) {
      this.leaf = leaf;
      this.pages = pages;
      this.dictionary = dictionary;
      this.values = new PlainValues(leaf.type().asTranscoded());
      this.transcoder = new PageTranscoder(leaf.physicalWidth(), heap);
    }

    void chunk(ColumnMetaData chunk) throws IOException {
      pages.open(chunk);
      boolean onlyDictionary = isFullyDictionaryEncoded(chunk);
      while (pages.valuesLeft() > 0) {
        Page page = pages.next();
        if (page != null) {
          dataPage(page);
          continue;
        }
        PageReader.DictionaryPage found = pages.takeDictionary();
        if (found != null) {
          addAll(found.bytes(), found.from(), found.to(), found.count());
          if (onlyDictionary) {
            return;
          }
        }
      }
    }

    private static boolean isFullyDictionaryEncoded(ColumnMetaData chunk) {
      if (!chunk.isSetEncoding_stats()) {
        return false;
      }
      for (PageEncodingStats stats : chunk.getEncoding_stats()) {
        boolean data =
            stats.getPage_type() == PageType.DATA_PAGE
                || stats.getPage_type() == PageType.DATA_PAGE_V2;
        Encoding encoding = stats.getEncoding();
        boolean indices =
            encoding == Encoding.RLE_DICTIONARY || encoding == Encoding.PLAIN_DICTIONARY;
        if (data && !indices && stats.getCount() > 0) {
          return false;
        }
      }
      return true;
    }

    private void dataPage(Page page) {
      Encoding encoding = page.encoding();
      if (encoding == Encoding.RLE_DICTIONARY || encoding == Encoding.PLAIN_DICTIONARY) {
        return;
      }
      Page section = LevelSections.of(page, leaf.depth(), leaf.presentAt()).values();
      if (encoding == Encoding.PLAIN) {
        addAll(section.valueBytes(), section.valueFrom(), section.valueTo(), -1);
      } else {
        transcoder.toPlain(encoding, section.valueBytes(), section.valueFrom(), section.valueTo());
        addAll(transcoder.bytes(), 0, transcoder.length(), -1);
      }
    }

    /**
     * @param count of the values, or −1 if they fill the section
     */
    private void addAll(byte[] bytes, int from, int to, int count) {
      byte[] source = bytes;
      int at = from;
      int end = to;
      if (leaf.type() instanceof ColumnType.VariableDecimal decimal) {
        transcoder.decimalsToFixed(bytes, from, to, decimal.arrowWidth());
        source = transcoder.bytes();
        at = 0;
        end = transcoder.length();
      }
      int left = count < 0 ? values.countIn(source, at, end) : count;
      while (left > 0) {
        int step = Math.min(left, STEP);
        at = values.load(source, at, end, 0, step);
        for (int i = 0; i < step; i++) {
          dictionary.add(values.bytes(), values.start(i), values.length(i));
        }
        left -= step;
      }
    }
  }
}

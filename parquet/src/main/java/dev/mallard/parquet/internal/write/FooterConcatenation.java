package dev.mallard.parquet.internal.write;

import dev.mallard.arrow.FullWrites;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Statistics;

/**
 * Puts the row groups of two Parquet files one after the other without decoding them: bytes are
 * copied, and one footer with moved offsets is written. Page indexes and Bloom filters are left
 * behind.
 */
public final class FooterConcatenation {
  private FooterConcatenation() {}

  /**
   * Whether both files have the same Parquet schema and nothing stands in the way of copying.
   *
   * <p>Says nothing about what only {@code ARROW:schema} knows, such as a duration's unit or a
   * list's fixed size: compare the files' Arrow schemas too.
   */
  public static boolean canConcatenate(FileMetaData base, FileMetaData addition) {
    return sameSchema(base.getSchema(), addition.getSchema()) && isPlain(base) && isPlain(addition);
  }

  /** The root's name means nothing and differs between writers. */
  private static boolean sameSchema(List<SchemaElement> left, List<SchemaElement> right) {
    return !left.isEmpty()
        && left.size() == right.size()
        && left.get(0).getNum_children() == right.get(0).getNum_children()
        && left.subList(1, left.size()).equals(right.subList(1, right.size()));
  }

  private static boolean isPlain(FileMetaData metadata) {
    if (metadata.isSetEncryption_algorithm()) {
      return false;
    }
    for (RowGroup group : metadata.getRow_groups()) {
      for (ColumnChunk chunk : group.getColumns()) {
        if (chunk.isSetFile_path() || chunk.isSetCrypto_metadata() || !chunk.isSetMeta_data()) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Writes to the empty channel {@code target} a file with the rows of {@code base} and then those
   * of {@code addition}. Neither input is moved or changed. Does not sync.
   *
   * @param properties replace the entries of {@code base} whose keys begin with {@code mallard:};
   *     the others are kept
   * @throws MallardException INVALID_ARGUMENT unless {@link #canConcatenate}; DATA_LOSS if a footer
   *     points outside its file
   */
  public static WrittenParquet concatenate(
      FileChannel base,
      FileMetaData baseMeta,
      FileChannel addition,
      FileMetaData additionMeta,
      FileChannel target,
      Map<String, String> properties)
      throws IOException {
    if (!canConcatenate(baseMeta, additionMeta)) {
      throw MallardException.invalid("the two Parquet files have different schemas");
    }
    Span first = Span.of(baseMeta, base.size());
    Span second = Span.of(additionMeta, addition.size());
    FullWrites.write(target, ByteBuffer.wrap(FooterWriter.MAGIC));
    long start = FooterWriter.MAGIC.length;
    copy(base, first, target);
    copy(addition, second, target);

    boolean sameOrders =
        baseMeta.isSetColumn_orders() == additionMeta.isSetColumn_orders()
            && (!baseMeta.isSetColumn_orders()
                || baseMeta.getColumn_orders().equals(additionMeta.getColumn_orders()));
    List<RowGroup> groups = new ArrayList<>();
    addMoved(baseMeta, start - first.from(), true, groups);
    addMoved(additionMeta, start + first.length() - second.from(), sameOrders, groups);
    long rows = groups.stream().mapToLong(RowGroup::getNum_rows).reduce(0, Math::addExact);
    FileMetaData merged =
        new FileMetaData(
                Math.max(baseMeta.getVersion(), additionMeta.getVersion()),
                baseMeta.getSchema(),
                rows,
                groups)
            .setKey_value_metadata(keyValues(baseMeta, properties))
            .setCreated_by(FooterWriter.CREATED_BY);
    if (baseMeta.isSetColumn_orders()) {
      merged.setColumn_orders(baseMeta.getColumn_orders());
    }
    FooterWriter.write(target, merged);
    return new WrittenParquet(rows, groups.size());
  }

  /** The part of a file that has all its column chunks. */
  private record Span(long from, long to) {
    static Span of(FileMetaData metadata, long fileSize) {
      long from = Long.MAX_VALUE;
      long to = 0;
      for (RowGroup group : metadata.getRow_groups()) {
        for (ColumnChunk chunk : group.getColumns()) {
          long start = start(chunk);
          long size = chunk.getMeta_data().getTotal_compressed_size();
          if (start < FooterWriter.MAGIC.length || size < 0 || size > fileSize - start) {
            throw new MallardException(
                ErrorCode.DATA_LOSS, "a Parquet file's footer points outside the file");
          }
          from = Math.min(from, start);
          to = Math.max(to, start + size);
        }
      }
      return from > to
          ? new Span(FooterWriter.MAGIC.length, FooterWriter.MAGIC.length)
          : new Span(from, to);
    }

    long length() {
      return to - from;
    }
  }

  /** Where the first page of a chunk is; some writers set a dictionary offset of 0 for none. */
  static long start(ColumnChunk chunk) {
    ColumnMetaData metadata = chunk.getMeta_data();
    long data = metadata.getData_page_offset();
    long dictionary =
        metadata.isSetDictionary_page_offset() ? metadata.getDictionary_page_offset() : 0;
    return dictionary > 0 && dictionary < data ? dictionary : data;
  }

  private static void copy(FileChannel from, Span span, FileChannel target) throws IOException {
    for (long at = span.from(); at < span.to(); ) {
      long moved = from.transferTo(at, span.to() - at, target);
      if (moved <= 0) {
        throw new MallardException(ErrorCode.DATA_LOSS, "a Parquet file was cut short");
      }
      at += moved;
    }
  }

  private static void addMoved(
      FileMetaData metadata, long shift, boolean keepBounds, List<RowGroup> groups) {
    for (RowGroup group : metadata.getRow_groups()) {
      RowGroup moved = group.deepCopy();
      moved.unsetOrdinal();
      if (groups.size() <= Short.MAX_VALUE) {
        moved.setOrdinal((short) groups.size());
      }
      if (moved.isSetFile_offset()) {
        moved.setFile_offset(moved.getFile_offset() + shift);
      }
      for (ColumnChunk chunk : moved.getColumns()) {
        move(chunk, shift, keepBounds);
      }
      groups.add(moved);
    }
  }

  private static void move(ColumnChunk chunk, long shift, boolean keepBounds) {
    if (chunk.getFile_offset() > 0) {
      chunk.setFile_offset(chunk.getFile_offset() + shift);
    }
    chunk.unsetOffset_index_offset();
    chunk.unsetOffset_index_length();
    chunk.unsetColumn_index_offset();
    chunk.unsetColumn_index_length();
    ColumnMetaData metadata = chunk.getMeta_data();
    metadata.setData_page_offset(metadata.getData_page_offset() + shift);
    if (metadata.isSetDictionary_page_offset() && metadata.getDictionary_page_offset() > 0) {
      metadata.setDictionary_page_offset(metadata.getDictionary_page_offset() + shift);
    }
    metadata.unsetIndex_page_offset();
    metadata.unsetBloom_filter_offset();
    metadata.unsetBloom_filter_length();
    if (!keepBounds && metadata.isSetStatistics()) {
      Statistics statistics = metadata.getStatistics();
      statistics.unsetMin_value();
      statistics.unsetMax_value();
      statistics.unsetIs_min_value_exact();
      statistics.unsetIs_max_value_exact();
    }
  }

  private static List<KeyValue> keyValues(FileMetaData base, Map<String, String> properties) {
    Map<String, String> entries = new LinkedHashMap<>();
    if (base.isSetKey_value_metadata()) {
      for (KeyValue each : base.getKey_value_metadata()) {
        if (!FooterWriter.isProperty(each.getKey())) {
          entries.put(each.getKey(), each.getValue());
        }
      }
    }
    entries.putAll(properties);
    return FooterWriter.keyValues(entries);
  }
}

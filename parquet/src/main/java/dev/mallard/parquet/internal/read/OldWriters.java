package dev.mallard.parquet.internal.read;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.jspecify.annotations.Nullable;

/** What footers of old writers say wrongly and everybody puts right. */
final class OldWriters {
  /** What Arrow C++ and Impala allow for. */
  private static final int DICTIONARY_HEADER_BYTES = 100;

  private static final Pattern PARQUET_MR =
      Pattern.compile("parquet-mr(?: version (\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6}).*)?");

  private OldWriters() {}

  /**
   * Before parquet-mr 1.2.9 a chunk's size did not count the header of its dictionary page: gives
   * chunks as much room behind them as that can take.
   *
   * @param dataEnd where the footer begins
   * @see <a href="https://issues.apache.org/jira/browse/PARQUET-816">PARQUET-816</a>
   */
  static void mend(FileMetaData metadata, long dataEnd) {
    if (!leavesOutDictionaryHeaders(metadata.getCreated_by()) || !metadata.isSetRow_groups()) {
      return;
    }
    for (RowGroup group : metadata.getRow_groups()) {
      for (ColumnChunk chunk : group.getColumns()) {
        ColumnMetaData meta = chunk.getMeta_data();
        if (meta != null && ChunkPlace.isWithin(meta, dataEnd)) {
          long size = meta.getTotal_compressed_size();
          long behind = dataEnd - ChunkPlace.start(meta) - size;
          meta.setTotal_compressed_size(size + Math.min(DICTIONARY_HEADER_BYTES, behind));
        }
      }
    }
  }

  private static boolean leavesOutDictionaryHeaders(@Nullable String createdBy) {
    Matcher writer = PARQUET_MR.matcher(createdBy == null ? "" : createdBy);
    if (!writer.matches()) {
      return false;
    }
    if (writer.group(1) == null) {
      return true;
    }
    int major = Integer.parseInt(writer.group(1));
    int minor = Integer.parseInt(writer.group(2));
    int patch = Integer.parseInt(writer.group(3));
    return major < 1 || (major == 1 && (minor < 2 || (minor == 2 && patch < 9)));
  }
}

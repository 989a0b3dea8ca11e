package dev.mallard.parquet.internal.read;

import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.jspecify.annotations.Nullable;
import shaded.parquet.org.apache.thrift.TException;

/** Reads one footer and checks everything in it that reading will rely on. */
final class FooterReader {
  private static final int MAGIC = 0x31524150;
  private static final int ENCRYPTED_MAGIC = 0x45524150;
  private static final int TAIL = 8;

  /** More than any file needs that a server can reasonably be asked to list. */
  private static final int MAX_FOOTER_BYTES = 64 << 20;

  private static final int MAX_STEP = 1 << 20;
  private static final String OWN_KEYS = "mallard:";

  private final FileChannel file;
  private long footerStart;

  FooterReader(FileChannel file) {
    this.file = file;
  }

  ParquetFooter read() throws IOException {
    byte[] bytes = readBytes();
    try {
      FileMetaData metadata =
          new ThriftInput(bytes, 0, bytes.length - Bytes.SLACK).readFileMetaData();
      return build(metadata);
    } catch (MallardException e) {
      throw e;
    } catch (TException | RuntimeException e) {
      throw DamagedFile.of("the Parquet file's footer is damaged", e);
    }
  }

  private byte[] readBytes() throws IOException {
    long size = file.size();
    if (size < 4 + TAIL) {
      throw DamagedFile.of("this is not a Parquet file: it has only " + size + " bytes");
    }
    byte[] ends = new byte[12];
    readFully(ends, 0, 4, 0);
    readFully(ends, 4, TAIL, size - TAIL);
    int head = Bytes.getInt(ends, 0);
    int tail = Bytes.getInt(ends, 8);
    if (head == ENCRYPTED_MAGIC || tail == ENCRYPTED_MAGIC) {
      throw DamagedFile.unsupported("the Parquet file is encrypted");
    }
    if (head != MAGIC) {
      throw DamagedFile.of("this is not a Parquet file");
    }
    if (tail != MAGIC) {
      throw DamagedFile.of("the Parquet file is cut short or was never finished");
    }
    long length = Bytes.getInt(ends, 4) & 0xFFFFFFFFL;
    if (length > size - TAIL - 4) {
      throw DamagedFile.of("the Parquet file is cut short: its footer is larger than the file");
    }
    if (length > MAX_FOOTER_BYTES) {
      throw DamagedFile.unsupported("the Parquet file has a footer of " + length + " bytes");
    }
    footerStart = size - TAIL - length;
    byte[] footer = new byte[(int) length + Bytes.SLACK];
    readFully(footer, 0, (int) length, footerStart);
    return footer;
  }

  private void readFully(byte[] target, int at, int count, long position) throws IOException {
    for (int done = 0; done < count; ) {
      ByteBuffer part = ByteBuffer.wrap(target, at + done, Math.min(MAX_STEP, count - done));
      int read = file.read(part, position + done);
      if (read <= 0) {
        throw DamagedFile.of("the Parquet file is cut short");
      }
      done += read;
    }
  }

  private ParquetFooter build(FileMetaData metadata) {
    if (metadata.isSetEncryption_algorithm()) {
      throw DamagedFile.unsupported("the Parquet file is encrypted");
    }
    ParquetNode root = ParquetNode.tree(metadata.getSchema());
    OldWriters.mend(metadata, footerStart);
    Map<String, String> keyValues = keyValues(metadata);
    String encoded = keyValues.remove(StoredArrowSchema.KEY);
    Schema stored = encoded == null ? null : StoredArrowSchema.decode(encoded);
    List<Field> storedFields = stored == null ? List.of() : stored.getFields();
    ArrowSchemaFromParquet.Plan plan = ArrowSchemaFromParquet.plan(root, storedFields);
    long[] splits = splitPoints(metadata, plan.leaves());

    Map<String, String> properties = new LinkedHashMap<>();
    Map<String, String> custom = new LinkedHashMap<>();
    if (stored != null) {
      custom.putAll(stored.getCustomMetadata());
    }
    keyValues.forEach((key, value) -> (isOwn(key) ? properties : custom).put(key, value));
    List<Field> fields = plan.columns().stream().map(ReadNode::field).toList();
    Projection all = new Projection(new Schema(fields, custom), plan.columns(), plan.leaves());
    return new ParquetFooter(metadata, all, splits, properties, arrowBytes(properties));
  }

  private static boolean isOwn(String key) {
    return key.startsWith(OWN_KEYS);
  }

  private static Map<String, String> keyValues(FileMetaData metadata) {
    Map<String, String> result = new LinkedHashMap<>();
    if (metadata.isSetKey_value_metadata()) {
      for (KeyValue entry : metadata.getKey_value_metadata()) {
        result.put(entry.getKey(), entry.isSetValue() ? entry.getValue() : "");
      }
    }
    return result;
  }

  private static long arrowBytes(Map<String, String> properties) {
    String text = properties.get(ParquetFooter.ARROW_BYTES);
    if (text == null || !text.matches("[0-9]{1,18}")) {
      return -1;
    }
    return Long.parseLong(text);
  }

  private long[] splitPoints(FileMetaData metadata, List<ReadNode.Leaf> leaves) {
    if (!metadata.isSetRow_groups()) {
      throw new CorruptPageException("no row groups");
    }
    long[] splits = new long[metadata.getRow_groupsSize() + 1];
    int count = 1;
    long rows = 0;
    for (RowGroup group : metadata.getRow_groups()) {
      checkGroup(group, leaves);
      rows = Math.addExact(rows, group.getNum_rows());
      if (group.getNum_rows() > 0) {
        splits[count++] = rows;
      }
    }
    // The file's own count is not compared: old writers left it 0, and nobody needs it.
    return Arrays.copyOf(splits, count);
  }

  private void checkGroup(RowGroup group, List<ReadNode.Leaf> leaves) {
    if (group.getNum_rows() < 0 || group.getColumnsSize() != leaves.size()) {
      throw new CorruptPageException(
          "a row group of "
              + group.getNum_rows()
              + " rows, "
              + group.getColumnsSize()
              + " columns");
    }
    for (int i = 0; i < leaves.size(); i++) {
      checkChunk(group.getColumns().get(i), leaves.get(i), group.getNum_rows());
    }
  }

  private void checkChunk(ColumnChunk chunk, ReadNode.Leaf leaf, long rows) {
    if (chunk.isSetCrypto_metadata() || chunk.isSetEncrypted_column_metadata()) {
      throw DamagedFile.unsupported("the Parquet file is encrypted");
    }
    if (chunk.isSetFile_path()) {
      throw DamagedFile.unsupported("the Parquet file has columns in other files");
    }
    @Nullable ColumnMetaData meta = chunk.getMeta_data();
    boolean sound =
        meta != null
            && meta.isSetCodec()
            && meta.getNum_values() >= 0
            && (leaf.depth() > 0 ? meta.getNum_values() >= rows : meta.getNum_values() == rows)
            && (ChunkPlace.isWithin(meta, footerStart) || rows == 0);
    if (!sound) {
      throw DamagedFile.inColumn(leaf.path(), "its chunk is not where the footer says", null);
    }
    if (!Decompressors.knows(meta.getCodec())) {
      throw DamagedFile.unsupported(
          "the Parquet file is compressed with " + meta.getCodec() + " in '" + leaf.path() + "'");
    }
  }
}

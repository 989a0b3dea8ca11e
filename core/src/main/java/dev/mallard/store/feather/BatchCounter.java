package dev.mallard.store.feather;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.HashSet;
import java.util.Set;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.jspecify.annotations.Nullable;

/** Makes the {@link BatchIndex} of a file that has none from the headers of its messages. */
final class BatchCounter {
  private final FileChannel file;
  private final Set<Long> dictionaryIds = new HashSet<>();
  private long arrowBytes;
  private boolean exact = true;

  BatchCounter(FileChannel file) {
    this.file = file;
  }

  BatchIndex count(BlockList dictionaries, BlockList batches) throws IOException {
    for (int i = 0; i < dictionaries.size(); i++) {
      countDictionary(dictionaries.get(i));
    }
    long[] rows = new long[batches.size()];
    long sum = 0;
    for (int i = 0; i < rows.length; i++) {
      rows[i] = countBatch(batches.get(i));
      sum += rows[i];
      if (rows[i] < 0 || sum < 0) {
        throw Damage.of("a batch claims an impossible number of rows");
      }
    }
    return new BatchIndex(rows, exact ? arrowBytes : -1);
  }

  private void countDictionary(Block block) throws IOException {
    Message message = read(block);
    Damage.guard(
        "a dictionary",
        () -> {
          if (message.headerType() != MessageHeader.DictionaryBatch) {
            throw Damage.of("a dictionary is not where the footer says");
          }
          DictionaryBatch batch = (DictionaryBatch) message.header(new DictionaryBatch());
          // What several parts come to when they are sent as one is known only when that is done.
          exact &= dictionaryIds.add(batch.id()) && uncompressed(batch.data());
          return true;
        });
  }

  private long countBatch(Block block) throws IOException {
    Message message = read(block);
    return Damage.guard(
        "a record batch",
        () -> {
          if (message.headerType() != MessageHeader.RecordBatch) {
            throw Damage.of("a record batch is not where the footer says");
          }
          RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
          if (batch == null) {
            throw Damage.of("a record batch is empty");
          }
          exact &= uncompressed(batch);
          return batch.length();
        });
  }

  private Message read(Block block) throws IOException {
    BlockReader.Header header = BlockReader.header(file, block);
    arrowBytes += header.bytes().remaining() + header.message().bodyLength();
    return header.message();
  }

  private static boolean uncompressed(@Nullable RecordBatch batch) {
    return batch != null && batch.compression() == null;
  }
}

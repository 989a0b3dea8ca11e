package dev.mallard.arrow.feather;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/** Makes the {@link BatchIndex} of a file that has none from the headers of its messages. */
final class BatchCounter {
  private final FileChannel file;
  private final ArrowBytes arrowBytes = new ArrowBytes();

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
    return new BatchIndex(rows, arrowBytes.total());
  }

  private void countDictionary(Block block) throws IOException {
    BlockReader.Header header = BlockReader.header(file, block);
    Message message = header.message();
    Damage.guard(
        "a dictionary",
        () -> {
          if (message.headerType() != MessageHeader.DictionaryBatch) {
            throw Damage.of("a dictionary is not where the footer says");
          }
          DictionaryBatch batch = (DictionaryBatch) message.header(new DictionaryBatch());
          arrowBytes.addDictionary(batch, header.encodedBytes());
          return true;
        });
  }

  private long countBatch(Block block) throws IOException {
    BlockReader.Header header = BlockReader.header(file, block);
    Message message = header.message();
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
          arrowBytes.addBatch(batch, header.encodedBytes());
          return batch.length();
        });
  }
}

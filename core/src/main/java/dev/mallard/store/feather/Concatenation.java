package dev.mallard.store.feather;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.MallardException;
import dev.mallard.store.WrittenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.memory.BufferAllocator;

/** Copies the messages of several files into one; no body is looked into but of dictionaries. */
final class Concatenation implements AutoCloseable {
  private final FeatherFooter first;
  private final FeatherWriter writer;

  Concatenation(FeatherFooter first, FileChannel target, BufferAllocator allocator)
      throws IOException {
    this.first = first;
    this.writer = new FeatherWriter(target, first.schema(), allocator);
  }

  void add(FileChannel file, FeatherFooter footer) throws IOException {
    Optional<String> difference = ArrowSchemas.incompatibility(first.schema(), footer.schema());
    if (difference.isPresent()) {
      throw MallardException.invalid("The data cannot be appended: " + difference.get() + ".");
    }
    Map<Long, Set<Long>> ids = DictionaryIds.translation(footer.schema(), first.schema());
    BlockReader reader = new BlockReader(file, footer.schema());
    for (int i = 0; i < footer.dictionaries().size(); i++) {
      addDictionary(reader, footer.dictionaries().get(i), ids);
    }
    for (int i = 0; i < footer.batchCount(); i++) {
      writer.write(reader.read(footer.batches().get(i), IpcMessage.Kind.RECORD_BATCH));
    }
  }

  private void addDictionary(BlockReader reader, Block block, Map<Long, Set<Long>> ids)
      throws IOException {
    IpcMessage message = reader.read(block, IpcMessage.Kind.DICTIONARY_BATCH);
    long ownId =
        Damage.guard(
            "a dictionary",
            () -> ((DictionaryBatch) message.flatbuffer().header(new DictionaryBatch())).id());
    for (long id : ids.getOrDefault(ownId, Set.of())) {
      // Bodies are in the file: each message may have the same one, and there is nothing to close.
      ByteBuffer header =
          id == ownId
              ? message.header()
              : Damage.guard(
                  "a dictionary",
                  () -> new HeaderRewriter(message.header()).dictionaryId(id).build());
      writer.write(new IpcMessage(header, message.body(), message.appMetadata()));
    }
  }

  WrittenFile finish(Map<String, String> properties) throws IOException {
    return writer.finish(properties);
  }

  @Override
  public void close() {
    writer.close();
  }
}

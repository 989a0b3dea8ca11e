package dev.mallard.arrow.feather;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.CheckLimits;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MessageChecker;
import dev.mallard.arrow.file.WrittenFile;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
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
  private final BufferAllocator allocator;
  private final FeatherWriter writer;

  Concatenation(FeatherFooter first, FileChannel target, BufferAllocator allocator)
      throws IOException {
    this.first = first;
    this.allocator = allocator;
    this.writer = new FeatherWriter(target, first.schema(), allocator);
  }

  void add(FileChannel file, FeatherFooter footer) throws IOException {
    Optional<String> difference = ArrowSchemas.incompatibility(first.schema(), footer.schema());
    if (difference.isPresent()) {
      throw MallardException.invalid("The data cannot be appended: " + difference.get() + ".");
    }
    Map<Long, Set<Long>> ids = DictionaryIds.translation(footer.schema(), first.schema());
    BlockReader reader = new BlockReader(file, footer.schema(), footer.mapping());
    MessageChecker checker = new MessageChecker(footer.schema(), allocator, CheckLimits.DEFAULT);
    for (int i = 0; i < footer.dictionaries().size(); i++) {
      checkDictionary(reader, footer.dictionaries().get(i), checker);
      addDictionary(reader, footer.dictionaries().get(i), ids);
    }
    for (int i = 0; i < footer.batchCount(); i++) {
      Block block = footer.batches().get(i);
      Damage.guardWork(
          "a record batch", () -> writer.write(reader.read(block, IpcMessage.Kind.RECORD_BATCH)));
    }
  }

  /** Dictionaries are looked into, and a file need not come from us. */
  private static void checkDictionary(BlockReader reader, Block block, MessageChecker checker)
      throws IOException {
    try (IpcMessage message = reader.read(block, IpcMessage.Kind.DICTIONARY_BATCH)) {
      checker.check(message);
    } catch (MallardException e) {
      if (e.code() == ErrorCode.INVALID_ARGUMENT) {
        throw Damage.of("a dictionary is not valid (" + e.getMessage() + ")", e);
      }
      throw e;
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
      IpcMessage renamed = new IpcMessage(header, message.body(), message.appMetadata());
      Damage.guardWork("a dictionary", () -> writer.write(renamed));
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

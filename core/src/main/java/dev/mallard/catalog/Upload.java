package dev.mallard.catalog;

import dev.mallard.access.Caller;
import dev.mallard.arrow.CheckLimits;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MessageIntake;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.WrittenFile;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.events.ServerEvents;
import dev.mallard.store.DataFolder;
import dev.mallard.store.FileVersion;
import dev.mallard.store.StagedFile;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One upload under way: checks every message, writes it to a file that nobody sees, and publishes
 * that file on {@link #commit}. Closed without a commit, it is as if it had never been. One thread
 * at a time.
 */
public final class Upload implements AutoCloseable {
  /**
   * Where it goes.
   *
   * @param file name of the file in the data folder
   * @param path as the client wrote it
   * @param caller whose it will be
   */
  record Target(
      DatasetName name,
      String file,
      List<String> path,
      FileFormat format,
      PutMode mode,
      Caller caller) {}

  private final Target target;
  private final DataFolder folder;
  private final Changes changes;
  private final Schema schema;
  private final BufferAllocator allocator;
  private final ServerEvents events;
  private final Quota.Reservation quota;
  private final StagedFile staged;
  private final BatchWriter writer;
  private final MessageIntake intake;

  Upload(
      Target target,
      DataFolder folder,
      Changes changes,
      Schema schema,
      CheckLimits limits,
      BufferAllocator parent,
      ServerEvents events)
      throws IOException {
    this.target = target;
    this.folder = folder;
    this.changes = changes;
    this.schema = schema;
    this.events = events;
    try (Closer onFailure = new Closer()) {
      this.allocator = onFailure.add(parent.newChildAllocator("upload", 0, Long.MAX_VALUE));
      this.quota = onFailure.add(changes.quota().begin(target.caller()));
      this.staged = onFailure.add(folder.stage());
      this.intake = new MessageIntake(schema, allocator, limits);
      this.writer = target.format().write(staged.channel(), schema, allocator);
      onFailure.release();
    }
  }

  public DatasetName name() {
    return target.name();
  }

  /** Where the bodies of the messages to {@link #write} are to be allocated. */
  public BufferAllocator allocator() {
    return allocator;
  }

  /**
   * Checks and stores one message, which it takes over.
   *
   * @throws MallardException INVALID_ARGUMENT or RESOURCE_EXHAUSTED; then the upload can only be
   *     closed
   */
  public void write(IpcMessage message) {
    try {
      writer.write(intake.checked(message));
      staged.grown();
      quota.grownTo(staged.channel().position());
    } catch (IOException e) {
      throw storing(e);
    }
  }

  /** Makes the upload the dataset's current version, durably. */
  public PutReceipt commit() {
    try {
      PutReceipt receipt = target.mode() == PutMode.APPEND ? append() : replace();
      changes.quota().changed(target.file());
      events.uploadCommitted(receipt.name(), receipt.version(), receipt.rows(), receipt.bytes());
      return receipt;
    } catch (IOException e) {
      throw storing(e);
    }
  }

  private PutReceipt replace() throws IOException {
    WrittenFile written =
        writer.finish(
            FilesByCaller.propertiesOf(
                target.caller(),
                Map.of(DescriptorPath.PROPERTY, DescriptorPath.encode(target.path()))));
    quota.grownTo(staged.channel().size());
    FileVersion version;
    try (OtherNames.Kept name = changes.keepName(target.name())) {
      version = folder.publish(staged, target.file());
    }
    return new PutReceipt(
        target.name().toString(), version.id(), written.rows(), written.arrowBytes());
  }

  /**
   * Old and new rows go into one new file: made again if another change was quicker, so that none
   * is lost.
   */
  private PutReceipt append() throws IOException {
    writer.finish(Map.of());
    FileFooter addition = target.format().readFooter(staged.channel());
    Joined joined = new Joined(addition);
    try {
      FileVersion version = folder.publish(joined, target.file());
      WrittenFile written = joined.written();
      return new PutReceipt(
          target.name().toString(), version.id(), written.rows(), written.arrowBytes());
    } finally {
      joined.close();
    }
  }

  private final class Joined implements DataFolder.Rewrite, AutoCloseable {
    private final FileFooter addition;
    private @Nullable StagedFile file;
    private @Nullable WrittenFile written;

    Joined(FileFooter addition) {
      this.addition = addition;
    }

    @Override
    public StagedFile from(@Nullable FileVersion current) throws IOException {
      if (current == null) {
        throw new MallardException(
            ErrorCode.FAILED_PRECONDITION,
            "dataset '"
                + target.name()
                + "' was dropped while rows were being appended; put it again");
      }
      close();
      StagedFile joined = folder.stage();
      file = joined;
      DataFile base = new DataFile(folder, target.file(), current, target.format());
      FileFooter baseFooter = changes.footer(base);
      Changes.requireCompatible(target.name(), baseFooter.schema(), schema);
      quota.grownTo(base.version().length());
      try (FileChannel old = base.open()) {
        written =
            target
                .format()
                .concatenate(
                    old,
                    baseFooter,
                    staged.channel(),
                    addition,
                    joined.channel(),
                    FilesByCaller.propertiesOf(target.caller(), baseFooter.properties()),
                    allocator);
      }
      quota.grownTo(joined.channel().size());
      return joined;
    }

    WrittenFile written() {
      return java.util.Objects.requireNonNull(written);
    }

    @Override
    public void close() {
      if (file != null) {
        file.close();
      }
    }
  }

  private MallardException storing(IOException e) {
    return StorageErrors.translate("storing dataset '" + target.name() + "'", e);
  }

  @Override
  public void close() {
    writer.close();
    staged.close();
    quota.close();
    allocator.close();
  }
}

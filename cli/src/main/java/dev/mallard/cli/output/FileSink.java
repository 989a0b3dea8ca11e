package dev.mallard.cli.output;

import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.BatchWriter;
import java.io.IOException;
import java.util.Map;

/** A file in one of the formats that datasets are stored in. */
final class FileSink implements RowSink {
  private final BatchWriter writer;

  /** Takes the writer over. */
  FileSink(BatchWriter writer) {
    this.writer = writer;
  }

  @Override
  public void write(IpcMessage message) throws IOException {
    writer.write(message);
  }

  @Override
  public void finish() throws IOException {
    writer.finish(Map.of());
  }

  @Override
  public void close() {
    writer.close();
  }
}

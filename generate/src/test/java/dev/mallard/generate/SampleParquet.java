package dev.mallard.generate;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.parquet.ParquetFormat;
import dev.mallard.parquet.WriterOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;

/** Sample tables as Parquet files. */
public final class SampleParquet {
  private SampleParquet() {}

  /** Writes a table as {@code <its name>.parquet} and returns the file. */
  public static Path write(SampleTable table, Path folder, BufferAllocator allocator)
      throws IOException {
    Path file = folder.resolve(table.name() + ".parquet");
    ParquetFormat format = new ParquetFormat(WriterOptions.defaults(), Runnable::run);
    try (FileChannel out =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        BatchWriter writer = format.write(out, table.schema(), allocator);
        BatchStream rows = SampleStream.of(table, allocator)) {
      IpcMessage message;
      while ((message = rows.next()) != null) {
        writer.write(message);
      }
      writer.finish(Map.of());
    }
    return file;
  }
}

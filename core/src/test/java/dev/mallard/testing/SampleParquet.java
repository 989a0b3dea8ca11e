package dev.mallard.testing;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.generate.SampleStream;
import dev.mallard.generate.SampleTable;
import dev.mallard.store.DatasetWriter;
import dev.mallard.store.parquet.ParquetFormat;
import dev.mallard.store.parquet.write.WriterOptions;
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
        DatasetWriter writer = format.write(out, table.schema(), allocator);
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

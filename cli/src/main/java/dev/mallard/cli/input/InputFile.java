package dev.mallard.cli.input;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import dev.mallard.parquet.ParquetFormat;
import dev.mallard.parquet.WriterOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.apache.arrow.memory.BufferAllocator;

/** Opens files of any {@link InputFormat}. Stateless. */
public final class InputFile {
  private InputFile() {}

  /**
   * The rows of a file; the caller closes them. A file that is not what its format says is refused
   * here, before anything of it is given, as far as its ends and its text can tell.
   *
   * @throws MallardException INVALID_ARGUMENT or DATA_LOSS, saying what is wrong with the file
   */
  public static BatchStream open(
      Path file, InputFormat format, CsvOptions options, BufferAllocator allocator)
      throws IOException {
    return switch (format) {
      case PARQUET ->
          stored(
              file,
              new ParquetFormat(WriterOptions.defaults(), ForkJoinPool.commonPool()),
              allocator);
      case FEATHER -> stored(file, new FeatherFormat(), allocator);
      case ARROW -> IpcStreamReader.open(file);
      case CSV -> new TextStream(() -> new CsvRows(file, options), options.text(), allocator);
      case TSV -> {
        CsvOptions tabs =
            new CsvOptions('\t', options.header(), options.nullText(), options.text());
        yield new TextStream(() -> new TsvRows(file, tabs), options.text(), allocator);
      }
      case JSONL -> {
        List<String> names = JsonlRows.names(file);
        yield new TextStream(() -> new JsonlRows(file, names), options.text(), allocator);
      }
    };
  }

  private static BatchStream stored(Path file, FileFormat format, BufferAllocator allocator)
      throws IOException {
    try (Closer onFailure = new Closer()) {
      FileChannel channel = onFailure.add(FileChannel.open(file));
      BatchStream stream =
          format.read(channel, format.readFooter(channel), RowRange.ALL, allocator);
      onFailure.release();
      return stream;
    } catch (MallardException e) {
      throw new MallardException(
          e.code(), "'" + file.getFileName() + "': " + e.getMessage() + "; nothing was sent", e);
    }
  }
}

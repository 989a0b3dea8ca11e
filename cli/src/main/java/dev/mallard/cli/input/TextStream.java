package dev.mallard.cli.input;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A file of text as batches. It is read twice: what a column is depends on all of its values, so
 * that a number in the first thousand rows does not stand in the way of a word in the last one.
 */
final class TextStream implements BatchStream {
  /** Opens the file anew. */
  @FunctionalInterface
  interface Source {
    RowReader open() throws IOException;
  }

  private final RowReader rows;
  private final RowBuilder builder;
  private final Schema schema;
  private boolean done;

  /**
   * @param text whether all columns are taken as text
   */
  TextStream(Source source, boolean text, BufferAllocator allocator) throws IOException {
    List<ColumnKind> kinds = kinds(source, text);
    this.rows = source.open();
    this.builder = new RowBuilder(rows.names(), kinds, allocator);
    this.schema = RowBuilder.schema(rows.names(), kinds);
  }

  private static List<ColumnKind> kinds(Source source, boolean text) throws IOException {
    try (RowReader reader = source.open()) {
      List<ColumnKind.Guess> guesses = new ArrayList<>();
      reader.names().forEach(name -> guesses.add(new ColumnKind.Guess()));
      List<@Nullable String> row;
      while ((row = reader.next()) != null) {
        for (int i = 0; i < guesses.size(); i++) {
          String value = row.get(i);
          if (value != null && text) {
            guesses.get(i).seeText();
          } else if (value != null) {
            guesses.get(i).see(value);
          }
        }
      }
      return guesses.stream().map(ColumnKind.Guess::best).toList();
    }
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    while (!done) {
      List<@Nullable String> row = rows.next();
      if (row == null) {
        done = true;
        return builder.isEmpty() ? null : builder.batch();
      }
      for (int i = 0; i < row.size(); i++) {
        builder.set(i, row.get(i));
      }
      if (builder.endRow()) {
        return builder.batch();
      }
    }
    return null;
  }

  @Override
  public void close() {
    builder.close();
    try {
      rows.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.mallard.cli.input;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.RecordType;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a CSV file as text: a null is a field without anything, an empty text is {@code ""}.
 * All rows have as many fields as the first one.
 */
final class CsvRows implements RowReader {
  private final Path file;
  private final CsvReader<List<@Nullable String>> reader;
  private final CloseableIterator<List<@Nullable String>> rows;
  private final CsvOptions options;
  private final List<String> names = new ArrayList<>();
  private @Nullable List<@Nullable String> pushedBack;
  private long row;

  CsvRows(Path file, CsvOptions options) throws IOException {
    this.file = file;
    this.options = options;
    this.reader =
        CsvReader.builder()
            .fieldSeparator(options.separator())
            .skipEmptyLines(false)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .maxBufferSize(1 << 28)
            .build(new Handler(options), strictUtf8(file));
    this.rows = reader.iterator();
    readNames();
  }

  /** What is not UTF-8 is an error, and not a question mark. */
  private static Reader strictUtf8(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file);
    Reader text =
        new InputStreamReader(
            Channels.newInputStream(channel),
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    Reader buffered = new java.io.BufferedReader(text, 1 << 16);
    try {
      buffered.mark(1);
      if (buffered.read() != '\uFEFF') {
        buffered.reset();
      }
      return buffered;
    } catch (CharacterCodingException e) {
      channel.close();
      throw MallardException.invalid("'" + file.getFileName() + "' is not UTF-8 text");
    }
  }

  private void readNames() throws IOException {
    List<@Nullable String> first = read();
    if (first == null) {
      throw MallardException.invalid(
          "'" + file.getFileName() + "' is empty: not even a line of names");
    }
    for (int i = 0; i < first.size(); i++) {
      String name = first.get(i);
      names.add(options.header() && name != null ? name : "column" + (i + 1));
    }
    if (options.header()) {
      row = 0;
    } else {
      pushedBack = first;
    }
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public @Nullable List<@Nullable String> next() throws IOException {
    List<@Nullable String> next = pushedBack;
    pushedBack = null;
    next = next == null ? read() : next;
    while (next != null && next.size() == 1 && next.get(0) == null && names.size() > 1) {
      next = read();
    }
    if (next != null) {
      RowReader.requireAll(names, next, file, row);
    }
    return next;
  }

  private @Nullable List<@Nullable String> read() throws IOException {
    try {
      row++;
      return rows.hasNext() ? rows.next() : null;
    } catch (CsvParseException e) {
      throw MallardException.invalid(
          "'" + file.getFileName() + "' is not CSV: row " + row + ": " + cause(e));
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw MallardException.invalid(
            "'" + file.getFileName() + "' is not UTF-8 text (near row " + row + ")");
      }
      throw e.getCause();
    }
  }

  private static String cause(CsvParseException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private static final class Handler extends CsvCallbackHandler<List<@Nullable String>> {
    private final CsvOptions options;
    private List<@Nullable String> fields = new ArrayList<>();

    Handler(CsvOptions options) {
      this.options = options;
    }

    @Override
    protected RecordType getRecordType() {
      return RecordType.DATA;
    }

    @Override
    protected int getFieldCount() {
      return fields.size();
    }

    @Override
    protected void beginRecord(long startingLineNumber) {
      fields = new ArrayList<>(fields.size());
    }

    @Override
    protected void addField(char[] buffer, int offset, int length, boolean quoted) {
      if (length == 0 && !quoted) {
        fields.add(null);
        return;
      }
      String text = new String(buffer, offset, length);
      fields.add(!quoted && text.equals(options.nullText()) ? null : text);
    }

    @Override
    protected void setComment(char[] buffer, int offset, int length) {}

    @Override
    protected void setEmpty() {
      fields.add(null);
    }

    @Override
    protected List<@Nullable String> buildRecord() {
      return fields;
    }
  }
}

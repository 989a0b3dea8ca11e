package dev.mallard.cli.input;

import dev.mallard.error.MallardException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
 * The rows of a TSV file as this program writes it: a line is a row, {@code \N} is null, and tabs,
 * line ends and backslashes in values are {@code \t}, {@code \n}, {@code \r} and {@code \\}.
 */
final class TsvRows implements RowReader {
  private final Path file;
  private final CsvOptions options;
  private final BufferedReader lines;
  private final List<String> names = new ArrayList<>();
  private @Nullable String pushedBack;
  private long row;

  TsvRows(Path file, CsvOptions options) throws IOException {
    this.file = file;
    this.options = options;
    this.lines =
        new BufferedReader(
            new InputStreamReader(
                Channels.newInputStream(FileChannel.open(file)),
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)));
    String first = readLine();
    if (first == null) {
      throw MallardException.invalid(
          "'" + file.getFileName() + "' is empty: not even a line of names");
    }
    List<@Nullable String> fields = split(first);
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.get(i);
      names.add(options.header() && name != null ? name : "column" + (i + 1));
    }
    pushedBack = options.header() ? null : first;
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public @Nullable List<@Nullable String> next() throws IOException {
    String line = pushedBack != null ? pushedBack : readLine();
    pushedBack = null;
    if (line == null) {
      return null;
    }
    row++;
    List<@Nullable String> fields = split(line);
    RowReader.requireAll(names, fields, file, row);
    return fields;
  }

  private @Nullable String readLine() throws IOException {
    try {
      return lines.readLine();
    } catch (CharacterCodingException e) {
      throw MallardException.invalid(
          "'" + file.getFileName() + "' is not UTF-8 text (near row " + (row + 1) + ")");
    }
  }

  private List<@Nullable String> split(String line) {
    List<@Nullable String> fields = new ArrayList<>();
    int start = 0;
    while (start <= line.length()) {
      int tab = line.indexOf(options.separator(), start);
      int end = tab < 0 ? line.length() : tab;
      String raw = line.substring(start, end);
      boolean isNull = raw.equals("\\N") || (!raw.isEmpty() && raw.equals(options.nullText()));
      fields.add(isNull ? null : unescape(raw));
      start = end + 1;
    }
    return fields;
  }

  private static String unescape(String raw) {
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    StringBuilder text = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\' || i + 1 == raw.length()) {
        text.append(c);
        continue;
      }
      char escaped = raw.charAt(++i);
      text.append(
          switch (escaped) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            default -> escaped;
          });
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}

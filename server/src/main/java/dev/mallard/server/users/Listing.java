package dev.mallard.server.users;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How rows are listed: for people, or for programs. */
final class Listing {
  /** The ways. */
  enum Format {
    DISPLAY,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      defaultValue = "display",
      description = "display or json (default: ${DEFAULT-VALUE}).")
  private Format format = Format.DISPLAY;

  /**
   * @param rows as many values each as there are columns; empty for nothing
   */
  void print(PrintWriter out, List<String> columns, List<List<String>> rows) {
    if (format == Format.JSON) {
      out.println(json(columns, rows));
      return;
    }
    List<List<String>> lines = new ArrayList<>();
    lines.add(columns);
    lines.addAll(rows);
    int[] widths = new int[columns.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], shown(line.get(i)).length());
      }
    }
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = shown(line.get(i));
        text.append(i == 0 ? "" : "  ").append(cell).append(" ".repeat(widths[i] - cell.length()));
      }
      out.println(text.toString().stripTrailing());
    }
  }

  /** What is written by hand may have anything in it; a terminal would do what it says. */
  private static String shown(String cell) {
    return cell.isEmpty() ? "-" : cell.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
  }

  private static String json(List<String> columns, List<List<String>> rows) {
    List<Map<String, String>> objects = new ArrayList<>();
    for (List<String> row : rows) {
      Map<String, String> object = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        object.put(columns.get(i), row.get(i).isEmpty() ? null : row.get(i));
      }
      objects.add(object);
    }
    try {
      return new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(objects);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // Lists of texts.
    }
  }
}

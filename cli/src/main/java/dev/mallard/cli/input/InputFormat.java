package dev.mallard.cli.input;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What files can be uploaded. */
public enum InputFormat {
  PARQUET("parquet"),
  /** The IPC file format. */
  FEATHER("feather", "arrow", "ipc"),
  /** The IPC streaming format. */
  ARROW("arrows"),
  CSV("csv"),
  TSV("tsv"),
  JSONL("jsonl", "ndjson");

  private final List<String> extensions;

  InputFormat(String... extensions) {
    this.extensions = List.of(extensions);
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<InputFormat> of(String label) {
    return Arrays.stream(values()).filter(format -> format.label().equals(label)).findFirst();
  }

  /** The format of a file name's extension. */
  public static Optional<InputFormat> ofFile(String fileName) {
    String extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(format -> format.extensions.contains(extension))
        .findFirst();
  }

  public static String labels() {
    return Arrays.stream(values()).map(InputFormat::label).collect(Collectors.joining(", "));
  }

  /** By how the contents begin: for what has no name. */
  public static InputFormat ofContents(byte[] start) {
    String text = new String(start, java.nio.charset.StandardCharsets.ISO_8859_1);
    if (text.startsWith("PAR1")) {
      return PARQUET;
    }
    if (text.startsWith("ARROW1")) {
      return FEATHER;
    }
    if (text.startsWith("\u00ff\u00ff\u00ff\u00ff")) {
      return ARROW;
    }
    return text.stripLeading().startsWith("{") ? JSONL : CSV;
  }
}

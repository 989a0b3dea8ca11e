package dev.mallard.cli;

import dev.mallard.cli.input.InputFormat;
import dev.mallard.cli.io.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the files that are to be sent, and what each is to be called. Not thread-safe. */
final class FilesToPut {
  private final @Nullable InputFormat given;
  private final List<Item> items = new ArrayList<>();

  /** One file and its dataset. */
  record Item(Path file, InputFormat format, String dataset) {
    @Override
    public String toString() {
      return file.toString();
    }
  }

  /**
   * @param given what all files are, or null for what their extensions say
   */
  FilesToPut(@Nullable InputFormat given) {
    this.given = given;
  }

  /** One file under a name of choice, or a folder with a name of choice before its files'. */
  FilesToPut named(Path path, String name) throws IOException {
    if (Files.isDirectory(path)) {
      folder(path, name);
    } else {
      items.add(new Item(existing(path), formatOf(path), name));
    }
    return this;
  }

  /**
   * A file or folder under its own name.
   *
   * @param prefix what stands before it; empty, or with a slash at its end
   */
  FilesToPut own(Path path, String prefix) throws IOException {
    if (Files.isDirectory(path)) {
      folder(path, prefix + path.toRealPath().getFileName());
    } else {
      InputFormat format = formatOf(existing(path));
      items.add(new Item(path, format, prefix + nameOf(path, format)));
    }
    return this;
  }

  /** All of them; no two would be the same dataset. */
  List<Item> items() {
    Map<String, Path> names = new HashMap<>();
    for (Item item : items) {
      Path other = names.putIfAbsent(item.dataset(), item.file());
      if (other != null) {
        throw new UsageException(
            "'%s' and '%s' would both be dataset '%s'; put one of them under another name"
                .formatted(other, item.file(), item.dataset()));
      }
    }
    return List.copyOf(items);
  }

  private void folder(Path folder, String prefix) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(path -> InputFormat.ofFile(String.valueOf(path.getFileName())).isPresent())
              .sorted()
              .toList();
    }
    if (files.isEmpty()) {
      throw new UsageException(
          "'" + folder + "': no file there is one of: " + InputFormat.labels());
    }
    for (Path path : files) {
      Path parent = folder.relativize(path).getParent();
      String inside = parent == null ? "" : parent.toString().replace('\\', '/') + "/";
      own(path, prefix + "/" + inside);
    }
  }

  private static Path existing(Path path) throws NoSuchFileException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return path;
  }

  private InputFormat formatOf(Path path) {
    if (given != null) {
      return given;
    }
    return InputFormat.ofFile(String.valueOf(path.getFileName()))
        .orElseThrow(
            () ->
                new UsageException(
                    "'"
                        + path
                        + "': its extension names no format; say it with --format (one of: "
                        + InputFormat.labels()
                        + ")"));
  }

  /** Whether datasets are stored in it. */
  static boolean isStored(InputFormat format) {
    return format == InputFormat.PARQUET || format == InputFormat.FEATHER;
  }

  /** Formats that datasets are stored in keep their extension: it is the dataset's, too. */
  private static String nameOf(Path path, InputFormat format) {
    String fileName = String.valueOf(path.getFileName());
    int dot = fileName.lastIndexOf('.');
    return isStored(format) || dot <= 0 ? fileName : fileName.substring(0, dot);
  }
}

package dev.mallard.store.derived;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names of the forms' files in a folder of the cache. Files of other names are never touched. */
final class FormFiles {
  private static final Logger LOG = LoggerFactory.getLogger(FormFiles.class);
  private static final Pattern TEMPORARY = Pattern.compile("[0-9a-f]{40}\\.\\d+\\.part");

  private final String extension;
  private final Pattern form;

  /**
   * @param extension of finished forms, with its dot
   */
  FormFiles(String extension) {
    this.extension = extension;
    this.form = Pattern.compile("[0-9a-f]{40}" + Pattern.quote(extension));
  }

  /** A finished form of an earlier run. */
  record Found(String name, long bytes, Instant used) {}

  String extension() {
    return extension;
  }

  /** A key may be of any length and have any characters. */
  String name(String key) {
    return digest(key) + extension;
  }

  String temporaryName(String key, long number) {
    return digest(key) + "." + number + ".part";
  }

  private static String digest(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 20);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Deletes what unfinished conversions have left and lists the rest, longest unused first. */
  List<Found> scan(Path folder) throws IOException {
    List<Found> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (TEMPORARY.matcher(name).matches()) {
          delete(file);
        } else if (form.matcher(name).matches()) {
          addIfFile(file, name, found);
        }
      }
    }
    found.sort(Comparator.comparing(Found::used));
    return found;
  }

  private static void addIfFile(Path file, String name, List<Found> found) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isRegularFile()) {
        found.add(new Found(name, attributes.size(), attributes.lastModifiedTime().toInstant()));
      }
    } catch (NoSuchFileException e) {
      LOG.debug("a derived form was deleted while the folder was listed");
    }
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("a file of the cache could not be deleted", e);
    }
  }
}

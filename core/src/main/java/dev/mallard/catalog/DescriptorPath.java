package dev.mallard.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.error.MallardException;
import java.util.Arrays;
import java.util.List;

/**
 * The descriptor path under which a client put a dataset, kept inside the file, so that a listing
 * shows it as it was put ({@code /my_app/user_sessions}) however the file is called ({@code
 * my_app/user_sessions.parquet}).
 */
final class DescriptorPath {
  /** The file property that holds it, as a JSON array of segments. */
  static final String PROPERTY = "mallard:path";

  private static final ObjectMapper JSON = new ObjectMapper();

  private DescriptorPath() {}

  static String encode(List<String> path) {
    try {
      return JSON.writeValueAsString(path);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The path as put; the file's own name if it was not put, or was copied to another name since.
   */
  static List<String> of(FileFooter footer, String file, Formats formats) {
    String stored = footer.properties().get(PROPERTY);
    if (stored == null) {
      return List.of(file);
    }
    try {
      List<String> path = Arrays.asList(JSON.readValue(stored, String[].class));
      String name = DatasetName.parse(path).toString();
      return name.equals(file) || name.equals(formats.stripExtension(file)) ? path : List.of(file);
    } catch (JsonProcessingException | MallardException e) {
      return List.of(file);
    }
  }
}

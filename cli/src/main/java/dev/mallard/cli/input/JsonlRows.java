package dev.mallard.cli.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a file with a JSON object on each line. The columns are all names that any of them
 * has; nested values stay JSON text.
 */
final class JsonlRows implements RowReader {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final Path file;
  private final MappingIterator<JsonNode> objects;
  private final List<String> names;
  private long row;

  JsonlRows(Path file, List<String> names) throws IOException {
    this.file = file;
    this.names = names;
    try {
      this.objects = JSON.readerFor(JsonNode.class).readValues(file.toFile());
    } catch (JsonProcessingException e) {
      throw notJson(e.getOriginalMessage());
    }
  }

  /** All names, in the order in which they are first seen. */
  static List<String> names(Path file) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    try (JsonlRows rows = new JsonlRows(file, List.of())) {
      JsonNode object;
      while ((object = rows.object()) != null) {
        object.fieldNames().forEachRemaining(names::add);
      }
    }
    if (names.isEmpty()) {
      throw MallardException.invalid(
          "'" + file.getFileName() + "' has no JSON objects with values");
    }
    return List.copyOf(names);
  }

  private @Nullable JsonNode object() throws IOException {
    try {
      row++;
      if (!objects.hasNextValue()) {
        return null;
      }
      JsonNode value = objects.nextValue();
      if (!value.isObject()) {
        throw notJson("it is no object");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw notJson(e.getOriginalMessage());
    }
  }

  private MallardException notJson(String why) {
    return MallardException.invalid(
        "'" + file.getFileName() + "' is not JSON Lines: object " + Math.max(1, row) + ": " + why);
  }

  @Override
  public List<String> names() {
    return names;
  }

  @Override
  public @Nullable List<@Nullable String> next() throws IOException {
    JsonNode object = object();
    if (object == null) {
      return null;
    }
    List<@Nullable String> values = new ArrayList<>(names.size());
    for (String name : names) {
      values.add(text(object.path(name)));
    }
    return values;
  }

  private static @Nullable String text(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }

  @Override
  public void close() throws IOException {
    objects.close();
  }
}

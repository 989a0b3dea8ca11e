package dev.mallard.signin.files;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;

/** Reads a YAML document as it is written; without anchors, which could make much of little. */
final class YamlReader {
  /** Nothing here is deeper than a user's list of roles. */
  private static final int MAX_DEPTH = 8;

  private static final YAMLFactory FACTORY = factory();

  private final YAMLParser parser;

  private YamlReader(YAMLParser parser) {
    this.parser = parser;
  }

  private static YAMLFactory factory() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(LiveFile.MAX_BYTES);
    return YAMLFactory.builder().loaderOptions(options).build();
  }

  /** The document; {@link YamlNode.Nothing} if there is none. */
  static YamlNode read(String text) throws YamlProblem {
    try (YAMLParser parser = FACTORY.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return new YamlNode.Nothing(1);
      }
      YamlNode root = new YamlReader(parser).node(first, 0);
      if (parser.nextToken() != null) {
        throw new YamlProblem(
            parser.currentTokenLocation().getLineNr(), "a second document (expected: one)");
      }
      return root;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new YamlProblem(at == null ? 1 : at.getLineNr(), "not YAML; look at its indentation");
    } catch (IOException e) {
      throw new YamlProblem(1, "not YAML");
    }
  }

  private YamlNode node(JsonToken token, int depth) throws IOException, YamlProblem {
    int line = parser.currentTokenLocation().getLineNr();
    if (parser.isCurrentAlias() || parser.getObjectId() != null) {
      throw new YamlProblem(line, "an anchor (&) or an alias (*); write it out");
    }
    if (depth > MAX_DEPTH) {
      throw new YamlProblem(line, "too deep");
    }
    return switch (token) {
      case START_OBJECT -> fields(line, depth);
      case START_ARRAY -> items(line, depth);
      case VALUE_NULL -> new YamlNode.Nothing(line);
      default -> scalar(line, parser.getText());
    };
  }

  /** An empty text says as little as no text. */
  private static YamlNode scalar(int line, String text) {
    return text.isEmpty() ? new YamlNode.Nothing(line) : new YamlNode.Scalar(line, text);
  }

  private YamlNode items(int line, int depth) throws IOException, YamlProblem {
    List<YamlNode> items = new ArrayList<>();
    for (JsonToken token; (token = parser.nextToken()) != JsonToken.END_ARRAY; ) {
      items.add(node(token, depth + 1));
    }
    return new YamlNode.Items(line, items);
  }

  private YamlNode fields(int line, int depth) throws IOException, YamlProblem {
    Map<String, YamlNode.Field> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      JsonLocation at = parser.currentTokenLocation();
      String name = parser.currentName();
      YamlNode value = node(parser.nextToken(), depth + 1);
      YamlNode.Field field = new YamlNode.Field(at.getLineNr(), at.getColumnNr(), value);
      if (fields.put(name, field) != null) {
        throw new YamlProblem(at.getLineNr(), "'" + name + "' for the second time");
      }
    }
    return new YamlNode.Fields(line, fields);
  }
}

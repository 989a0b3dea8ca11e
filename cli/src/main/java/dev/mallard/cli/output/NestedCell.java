package dev.mallard.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.arrow.vector.FieldVector;

/** Lists, structs, maps and unions as JSON. */
final class NestedCell extends TextCell {
  private static final JsonFactory JSON = new JsonFactory();

  private final JsonCell json;
  private final TextBuffer text = new TextBuffer(256);
  private final JsonGenerator generator;

  NestedCell(FieldVector vector, JsonCell json) {
    super(vector, Look.TEXT);
    this.json = json;
    try {
      this.generator = JSON.createGenerator(text).setPrettyPrinter(new MinimalPrettyPrinter(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  void write(int row, TextBuffer out) {
    try {
      text.truncate(0);
      json.write(row, generator);
      generator.flush();
      out.write(text.array(), 0, text.length());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

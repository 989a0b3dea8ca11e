package dev.mallard.cli.output;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** The values of one vector as JSON; a null is {@code null}. Not thread-safe. */
@FunctionalInterface
interface JsonCell {
  void write(int row, JsonGenerator out) throws IOException;
}

package dev.mallard.flight.ticket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.google.protobuf.ByteString;
import dev.mallard.error.MallardException;
import java.io.IOException;

/** The JSON of tickets, commands and action bodies. */
public final class Json {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Json() {}

  public static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param what how to call it in an error, e.g. {@code "ticket"}
   * @param expected an example of what would have been right
   */
  public static <T> T read(byte[] json, Class<T> type, String what, String expected) {
    try {
      T value = MAPPER.readValue(json, type);
      if (value != null) {
        return value;
      }
    } catch (IOException e) {
      // Said below: Jackson's own text names classes.
    }
    throw MallardException.invalid(what + ": not the JSON that is expected here: " + expected);
  }

  public static boolean looksLikeObject(ByteString bytes) {
    return !bytes.isEmpty() && bytes.byteAt(0) == '{';
  }
}

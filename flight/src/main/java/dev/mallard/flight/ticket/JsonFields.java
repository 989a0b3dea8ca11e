package dev.mallard.flight.ticket;

import com.google.protobuf.ByteString;
import dev.mallard.error.MallardException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object that a client sent, taken out one by one: what is left in the end was
 * not expected. Every mistake has the same message, which shows what would have been right.
 */
final class JsonFields {
  private final Map<String, @Nullable Object> left;
  private final String what;
  private final String expected;

  /**
   * @param what how to call it in an error, e.g. {@code "ticket"}
   * @param expected an example of what would have been right
   */
  @SuppressWarnings("unchecked")
  JsonFields(ByteString json, String what, String expected) {
    this.what = what;
    this.expected = expected;
    this.left =
        new LinkedHashMap<>(
            (Map<String, @Nullable Object>)
                Json.read(json.toByteArray(), Map.class, what, expected));
  }

  boolean has(String name) {
    return left.get(name) != null;
  }

  /** Null if it is not there. */
  @Nullable String text(String name) {
    Object value = left.remove(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw unexpected();
  }

  String requiredText(String name) {
    String value = text(name);
    if (value == null) {
      throw unexpected();
    }
    return value;
  }

  /** Not negative; 0 if it is not there. */
  long count(String name) {
    Object value = left.remove(name);
    return value == null ? 0 : count(value);
  }

  private long count(@Nullable Object value) {
    if ((value instanceof Integer || value instanceof Long) && ((Number) value).longValue() >= 0) {
      return ((Number) value).longValue();
    }
    throw unexpected();
  }

  /** Two counts that do not fall; null if they are not there. */
  long @Nullable [] span(String name) {
    Object value = left.remove(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof List<?> pair) || pair.size() != 2) {
      throw unexpected();
    }
    long from = count(pair.get(0));
    long to = count(pair.get(1));
    if (to < from) {
      throw unexpected();
    }
    return new long[] {from, to};
  }

  /**
   * Nothing more is expected.
   *
   * @return {@code decoded}
   */
  <T> T end(T decoded) {
    if (left.values().stream().anyMatch(value -> value != null)) {
      throw unexpected();
    }
    return decoded;
  }

  MallardException unexpected() {
    return MallardException.invalid(what + ": not the JSON that is expected here: " + expected);
  }
}

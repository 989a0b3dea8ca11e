package dev.mallard.flight.ticket;

import com.google.protobuf.ByteString;
import dev.mallard.error.MallardException;

/** Bytes that ought to be text. */
public final class Utf8 {
  private Utf8() {}

  /**
   * @param what how to call them in an error, e.g. {@code "ticket"}
   */
  public static String decode(ByteString bytes, String what) {
    if (!bytes.isValidUtf8()) {
      throw MallardException.invalid(what + ": not valid UTF-8");
    }
    return bytes.toStringUtf8();
  }
}

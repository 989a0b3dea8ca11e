package dev.mallard.flight.rpc;

import com.google.protobuf.ByteString;
import dev.mallard.error.MallardException;

/** Bytes that ought to be text. */
final class Utf8 {
  private Utf8() {}

  /**
   * @param what how to call them in an error, e.g. {@code "ticket"}
   */
  static String decode(ByteString bytes, String what) {
    if (!bytes.isValidUtf8()) {
      throw MallardException.invalid(what + ": not valid UTF-8");
    }
    return bytes.toStringUtf8();
  }
}

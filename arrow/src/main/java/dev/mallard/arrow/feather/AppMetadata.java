package dev.mallard.arrow.feather;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.jspecify.annotations.Nullable;

/**
 * Flight's {@code app_metadata} has no place in an IPC file; it is kept in the custom metadata of
 * its message, base64-encoded because that holds text only.
 */
final class AppMetadata {
  static final String KEY = "mallard:app_metadata";

  private static final byte[] KEY_BYTES = KEY.getBytes(StandardCharsets.US_ASCII);

  private AppMetadata() {}

  static String encode(byte[] appMetadata) {
    return Base64.getEncoder().encodeToString(appMetadata);
  }

  /** Null if there is none, or if somebody else has put something else under the key. */
  static byte @Nullable [] of(Message message) {
    try {
      return find(message);
    } catch (RuntimeException e) {
      throw Damage.of("the metadata of a message cannot be read", e);
    }
  }

  private static byte @Nullable [] find(Message message) {
    KeyValue entry = new KeyValue();
    for (int i = 0; i < message.customMetadataLength(); i++) {
      // Compared as bytes: a hostile header may have a million keys that are one long string.
      ByteBuffer key = message.customMetadata(entry, i).keyAsByteBuffer();
      if (key != null && key.equals(ByteBuffer.wrap(KEY_BYTES))) {
        return decode(entry.valueAsByteBuffer());
      }
    }
    return null;
  }

  private static byte @Nullable [] decode(@Nullable ByteBuffer text) {
    if (text == null) {
      return null;
    }
    try {
      ByteBuffer bytes = Base64.getDecoder().decode(text);
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return copy;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}

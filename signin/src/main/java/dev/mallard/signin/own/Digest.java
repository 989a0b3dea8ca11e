package dev.mallard.signin.own;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** 256 bits in the place of a text that is not to be kept, or may be of any length. */
record Digest(long a, long b, long c, long d) {
  /** SHA-256. */
  static Digest of(String text) {
    try {
      return of(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }

  private static Digest of(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Digest(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  /** HMAC-SHA-256 with a key that nobody knows and that ends with the process. Thread-safe. */
  static final class Keyed {
    private static final String ALGORITHM = "HmacSHA256";
    private final SecretKeySpec key;

    Keyed() {
      byte[] bytes = new byte[32];
      new SecureRandom().nextBytes(bytes);
      key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** Of both: no other two give the same. */
    Digest of(String first, String second) {
      try {
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(key);
        byte[] bytes = first.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        mac.update(bytes);
        mac.update(second.getBytes(StandardCharsets.UTF_8));
        return Digest.of(mac.doFinal());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e); // Every JDK has it.
      }
    }
  }
}

package dev.mallard.client;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** A name and its password. */
public record Login(String name, String password) {
  /** What stands before the {@code @} of an address, percent-encoded; null for only a name. */
  static @org.jspecify.annotations.Nullable Login parse(String userInfo) {
    int colon = userInfo.indexOf(':');
    return colon < 0
        ? null
        : new Login(decoded(userInfo.substring(0, colon)), decoded(userInfo.substring(colon + 1)));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return name;
  }
}

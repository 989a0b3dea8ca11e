package dev.mallard.flight.session;

import java.util.Optional;

/**
 * The cookie that carries a session's id.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6265">RFC 6265</a>
 */
public final class SessionCookie {
  /** As the Flight specification suggests. */
  static final String NAME = "arrow_flight_session_id";

  private SessionCookie() {}

  /**
   * The id in a call's Cookie headers: there may be several headers, and several cookies in each.
   * The last one counts, as it is the newest with clients that append.
   */
  public static Optional<String> read(Iterable<String> headers) {
    String found = null;
    for (String header : headers) {
      for (String cookie : header.split("[;,]")) {
        int equals = cookie.indexOf('=');
        if (equals > 0 && cookie.substring(0, equals).trim().equals(NAME)) {
          found = unquoted(cookie.substring(equals + 1).trim());
        }
      }
    }
    return Optional.ofNullable(found).filter(id -> !id.isEmpty());
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  /** A Set-Cookie header's value that makes the client send the id from now on. */
  public static String set(String id) {
    return NAME + "=" + id + "; Path=/; HttpOnly";
  }

  /** A Set-Cookie header's value that makes the client forget the id. */
  public static String forget() {
    return NAME + "=closed; Path=/; Max-Age=0";
  }
}

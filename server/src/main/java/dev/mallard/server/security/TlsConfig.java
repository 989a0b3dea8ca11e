package dev.mallard.server.security;

/** Nothing yet. */
public record TlsConfig() {
  public static final TlsConfig NONE = new TlsConfig();
}

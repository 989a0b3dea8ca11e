package dev.mallard.server.security;

/** Nothing yet. */
public record LimitConfig() {
  public static final LimitConfig DEFAULT = new LimitConfig();
}

package dev.mallard.server.security;

/** Nothing yet. */
public record OpenIdConfig() {
  public static final OpenIdConfig NONE = new OpenIdConfig();
}

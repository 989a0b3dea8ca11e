package dev.mallard.server.security;

/** Nothing yet. */
public record SignInConfig() {
  public static final SignInConfig OPEN = new SignInConfig();
}

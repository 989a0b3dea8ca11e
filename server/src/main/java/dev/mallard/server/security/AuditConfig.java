package dev.mallard.server.security;

/** Nothing yet. */
public record AuditConfig() {
  public static final AuditConfig NONE = new AuditConfig();
}

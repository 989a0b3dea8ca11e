package dev.mallard.server.security;

/** Who may come in, how, and how much of it is written down. */
public record SecurityConfig(
    SignInConfig signIn,
    OpenIdConfig openId,
    TlsConfig tls,
    LimitConfig limits,
    AuditConfig audit) {
  /** An open server, in clear text. */
  public static final SecurityConfig OPEN =
      new SecurityConfig(
          SignInConfig.OPEN,
          OpenIdConfig.NONE,
          TlsConfig.NONE,
          LimitConfig.DEFAULT,
          AuditConfig.NONE);

  /** Whether a client has to prove who it is; else the server is open. */
  public boolean signsIn() {
    return !signIn.equals(SignInConfig.OPEN)
        || !openId.equals(OpenIdConfig.NONE)
        || tls.clientAuthorities().isPresent();
  }
}

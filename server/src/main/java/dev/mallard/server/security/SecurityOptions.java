package dev.mallard.server.security;

import picocli.CommandLine.Mixin;

/** The options of {@code mallard serve} that are about security. */
public final class SecurityOptions {
  @Mixin private SignInOptions signIn = new SignInOptions();
  @Mixin private OpenIdOptions openId = new OpenIdOptions();
  @Mixin private TlsOptions tls = new TlsOptions();
  @Mixin private LimitOptions limits = new LimitOptions();
  @Mixin private AuditOptions audit = new AuditOptions();

  /**
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT for what picocli cannot see is
   *     wrong
   */
  public SecurityConfig toConfig() {
    return new SecurityConfig(
        signIn.toConfig(), openId.toConfig(), tls.toConfig(), limits.toConfig(), audit.toConfig());
  }
}

package dev.mallard.server.security;

import picocli.CommandLine.ArgGroup;

/** The options of {@code mallard serve} that are about security. */
public final class SecurityOptions {
  @ArgGroup(validate = false, heading = "%nSign-in:%n")
  private SignInOptions signIn = new SignInOptions();

  @ArgGroup(validate = false, heading = "%nOpenID:%n")
  private OpenIdOptions openId = new OpenIdOptions();

  @ArgGroup(validate = false, heading = "%nEncryption:%n")
  private TlsOptions tls = new TlsOptions();

  @ArgGroup(validate = false, heading = "%nLimits of one caller:%n")
  private LimitOptions limits = new LimitOptions();

  @ArgGroup(validate = false, heading = "%nAudit:%n")
  private AuditOptions audit = new AuditOptions();

  /**
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT for what picocli cannot see is
   *     wrong
   */
  public SecurityConfig toConfig() {
    return new SecurityConfig(
        signIn.toConfig(), openId.toConfig(), tls.toConfig(), limits.toConfig(), audit.toConfig());
  }
}

package dev.mallard.server.security;

import dev.mallard.access.OpenSignIn;
import dev.mallard.access.SignIn;
import dev.mallard.error.Closer;
import dev.mallard.signin.CertificateAuthority;
import dev.mallard.signin.CheckedSignIn;
import dev.mallard.signin.OwnSignIn;
import dev.mallard.signin.TokenAuthority;
import dev.mallard.signin.Users;
import dev.mallard.signin.openid.OpenIdTokens;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts together who is let in, from what the operator has configured. */
public final class SignInSetup {
  private static final Logger LOG = LoggerFactory.getLogger(SignInSetup.class);

  private final SecurityConfig config;
  private final Closer resources;

  /**
   * @param resources takes what is to be closed with the server
   */
  public SignInSetup(SecurityConfig config, Closer resources) {
    this.config = config;
    this.resources = resources;
  }

  /**
   * @throws dev.mallard.error.MallardException FAILED_PRECONDITION, with what to do, if what is
   *     configured cannot be used
   */
  public SignIn open() {
    Users users = Users.NONE;
    Optional<OwnSignIn> own = Optional.empty();
    Optional<TokenAuthority> tokens = tokenAuthority(users);
    Optional<CertificateAuthority> certificates = certificateAuthority(users);
    return own.isEmpty() && tokens.isEmpty() && certificates.isEmpty()
        ? new OpenSignIn()
        : new CheckedSignIn(own, tokens, certificates);
  }

  /** The OpenID provider, if one is trusted. */
  private Optional<TokenAuthority> tokenAuthority(Users users) {
    return config
        .openId()
        .settings()
        .map(settings -> resources.add(OpenIdTokens.open(settings, users), OpenIdTokens::close));
  }

  /** The authority of clients' certificates, if one is trusted. */
  private Optional<CertificateAuthority> certificateAuthority(Users users) {
    return Optional.empty();
  }

  /** Says at start who may come in. */
  public static void log(SignIn signIn, String host, int port) {
    if (signIn instanceof CheckedSignIn checked) {
      LOG.info("sign-in by {}", String.join(", ", checked.ways()));
    } else {
      LOG.info(
          "no sign-in: whoever reaches {}:{} may do everything; names, passwords and tokens are"
              + " taken, and nobody checks them",
          host,
          port);
    }
  }
}

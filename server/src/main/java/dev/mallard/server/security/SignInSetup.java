package dev.mallard.server.security;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.mallard.access.OpenSignIn;
import dev.mallard.access.Role;
import dev.mallard.access.SignIn;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.signin.CertificateAuthority;
import dev.mallard.signin.CheckedSignIn;
import dev.mallard.signin.OwnSignIn;
import dev.mallard.signin.TokenAuthority;
import dev.mallard.signin.Users;
import dev.mallard.signin.certificate.CertificateSignIn;
import dev.mallard.signin.certificate.ClientAuthorities;
import dev.mallard.signin.files.AccessWatch;
import dev.mallard.signin.files.PasswordHash;
import dev.mallard.signin.files.UserEntry;
import dev.mallard.signin.openid.OpenIdTokens;
import dev.mallard.signin.own.LocalSignIn;
import dev.mallard.signin.own.SessionTimes;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts together who is let in, from what the operator has configured. */
public final class SignInSetup {
  /** A change of the files takes effect within twice this. */
  private static final int LOOK_MILLIS = 400;

  private static final Logger LOG = LoggerFactory.getLogger(SignInSetup.class);

  private final SecurityConfig config;
  private final Closer resources;
  private final ClientAuthorities authorities;

  /**
   * @param resources takes what is to be closed with the server
   * @param authorities of clients' certificates; somebody else keeps them as the operator's file
   *     has them
   */
  public SignInSetup(SecurityConfig config, Closer resources, ClientAuthorities authorities) {
    this.config = config;
    this.resources = resources;
    this.authorities = authorities;
  }

  /**
   * @throws dev.mallard.error.MallardException FAILED_PRECONDITION, with what to do, if what is
   *     configured cannot be used
   */
  public SignIn open() {
    Optional<AccessWatch> access = access();
    Users users = access.isPresent() ? access.get() : Users.NONE;
    Optional<OwnSignIn> own = access.map(this::own);
    Optional<TokenAuthority> tokens = tokenAuthority(users);
    Optional<CertificateAuthority> certificates = certificateAuthority(users);
    if (own.isEmpty() && tokens.isEmpty() && certificates.isEmpty()) {
      return new OpenSignIn();
    }
    if (tokens.isEmpty() && certificates.isEmpty()) {
      requireUsers(access);
    }
    return new CheckedSignIn(own, tokens, certificates);
  }

  /** Users, roles and tokens, if there are any, and a thread that looks after them. */
  private Optional<AccessWatch> access() {
    SignInConfig signIn = config.signIn();
    Optional<UserEntry> one = signIn.user().map(SignInSetup::admin);
    if (signIn.access().isEmpty()) {
      return one.map(user -> AccessWatch.of(user, Clock.systemUTC()));
    }
    AccessWatch watch = AccessWatch.open(signIn.access().get(), one, Clock.systemUTC());
    ScheduledExecutorService looking =
        resources.add(
            Executors.newSingleThreadScheduledExecutor(
                work -> {
                  Thread thread = new Thread(work, "mallard-access");
                  thread.setDaemon(true);
                  return thread;
                }),
            ScheduledExecutorService::shutdownNow);
    looking.scheduleWithFixedDelay(watch::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    return Optional.of(watch);
  }

  private static UserEntry admin(SignInConfig.OneUser user) {
    return new UserEntry(
        user.name(),
        Optional.of(PasswordHash.make(user.password()).text()),
        List.of(Role.ADMIN.toString()),
        false);
  }

  private OwnSignIn own(AccessWatch access) {
    return resources.add(
        new LocalSignIn(access, SessionTimes.DEFAULT, Clock.systemUTC(), Ticker.systemTicker()));
  }

  /** Better no start than one that lets nobody in. */
  private void requireUsers(Optional<AccessWatch> access) {
    if (access.isPresent() && access.get().rules().users().isEmpty()) {
      String folder = config.signIn().access().map(Path::toString).orElse("DIR");
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "access folder %s: it has no users; add one: mallard user add NAME --access %s"
              .formatted(folder, folder));
    }
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
    return config
        .tls()
        .clientAuthorities()
        .map(file -> new CertificateSignIn(authorities, users, Clock.systemUTC()));
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

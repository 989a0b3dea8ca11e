package dev.mallard.cli.connect;

import dev.mallard.client.ClientSettings;
import dev.mallard.client.TlsProbe;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What is wrong with an encrypted connection, and what to do, in a sentence. Stateless. */
public final class TlsTrouble {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** How Java says that a certificate is for somebody else. */
  private static final Pattern NAME = Pattern.compile("(?i)no (name|subject alternative)");

  private TlsTrouble() {}

  /** Why it did not come about. */
  public static String explain(SSLException error, @Nullable ClientSettings server) {
    Optional<String> known = certificate(error, () -> shown(server));
    if (known.isPresent()) {
      return known.get();
    }
    String said = words(error);
    if (said.contains("not an ssl/tls record")) {
      return "the server does not speak TLS; use grpc:// (then nothing is encrypted), or have it"
          + " served with TLS";
    }
    Optional<String> alert = alert(said, server);
    if (alert.isPresent()) {
      return alert.get();
    }
    if (said.contains("alpn")) {
      return "the server speaks TLS, but not HTTP/2; is it a Flight server?";
    }
    return "no TLS connection (" + firstLine(error) + "); does the server speak TLS?";
  }

  /**
   * What is wrong with a certificate, as this side sees it.
   *
   * @param chain what the server has shown
   */
  public static String explain(CertificateException problem, List<X509Certificate> chain) {
    return certificate(problem, () -> chain.stream().findFirst())
        .orElseGet(() -> "the server's certificate does not fit: " + firstLine(problem));
  }

  private static Optional<String> certificate(
      Throwable error, Supplier<Optional<X509Certificate>> shown) {
    if (has(error, CertificateExpiredException.class)) {
      String when = shown.get().map(one -> " (" + CertificateText.until(one) + ")").orElse("");
      return Optional.of(
          "the server's certificate has expired" + when + "; who runs the server must renew it");
    }
    if (has(error, CertificateNotYetValidException.class)) {
      return Optional.of(
          "the server's certificate is not valid yet; is this machine's clock right?");
    }
    if (has(error, CertPathBuilderException.class)) {
      return Optional.of(
          "the server's certificate is not trusted; name a PEM file with it, or with its issuer's:"
              + " --tls-roots FILE");
    }
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException && cause.getCause() == null) {
        String names = shown.get().map(CertificateText::names).orElse("others");
        boolean otherName = NAME.matcher(String.valueOf(cause.getMessage())).find();
        return Optional.of(
            otherName
                ? "the server's certificate is not for this name, but for " + names + "; use that"
                : "the server's certificate does not fit: " + firstLine(cause));
      }
    }
    return Optional.empty();
  }

  /** What the server says of our side. */
  private static Optional<String> alert(String said, @Nullable ClientSettings server) {
    boolean shows = server != null && server.tls().identity().isPresent();
    if (said.contains("certificate_required") || said.contains("certificate required")) {
      // A certificate of an authority that the server does not name is not even shown to it.
      return Optional.of(shows ? refusesCertificate() : wantsCertificate());
    }
    if (said.contains("protocol_version") || said.contains("protocol version")) {
      return Optional.of("the server speaks another version of TLS (expected: 1.2 or 1.3)");
    }
    boolean ours =
        said.contains("unknown_ca")
            || said.contains("unknown ca")
            || said.contains("bad_certificate")
            || said.contains("bad certificate")
            || said.contains("certificate_unknown")
            || said.contains("certificate unknown")
            || said.contains("certificate_expired")
            || said.contains("certificate expired")
            || said.contains("certificate_revoked")
            || said.contains("certificate revoked");
    if (ours && shows) {
      return Optional.of(refusesCertificate());
    }
    // As TLS 1.2 says it.
    return ours || said.contains("handshake_failure") || said.contains("handshake failure")
        ? Optional.of(wantsCertificate())
        : Optional.empty();
  }

  private static String refusesCertificate() {
    return "the server does not take your certificate (--client-cert); has it expired, and is it of"
        + " an authority that the server knows?";
  }

  private static String wantsCertificate() {
    return "the server wants a certificate of yours: --client-cert FILE --client-key FILE";
  }

  /** Whether a server to which we speak in clear text speaks TLS instead. */
  public static Optional<String> wantsTls(@Nullable ClientSettings server) {
    if (server == null || server.address().tls()) {
      return Optional.empty();
    }
    return shown(server).map(shown -> "the server speaks TLS; use grpc+tls://");
  }

  private static Optional<X509Certificate> shown(@Nullable ClientSettings server) {
    if (server == null) {
      return Optional.empty();
    }
    try {
      return TlsProbe.look(server.address(), server.tls(), PATIENCE).chain().stream().findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean has(Throwable error, Class<? extends Throwable> kind) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (kind.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  private static String words(Throwable error) {
    StringBuilder words = new StringBuilder();
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      words.append(cause.getMessage()).append('\n');
    }
    return words.toString().toLowerCase(Locale.ROOT);
  }

  private static String firstLine(Throwable error) {
    return String.valueOf(error.getMessage()).lines().findFirst().orElse("");
  }
}

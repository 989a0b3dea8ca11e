package dev.mallard.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the certificate that a server shows, whether it is good or not, on a connection of its
 * own on which nothing else is sent. For those who explain why a connection fails.
 *
 * @param chain the server's own certificate first
 * @param problem why it is not trusted; empty if it is
 */
public record TlsProbe(List<X509Certificate> chain, Optional<CertificateException> problem) {
  /**
   * Connects, looks, and hangs up.
   *
   * @param patience for the connection, and again for each answer
   * @throws IOException if nobody answers, or not in TLS
   */
  public static TlsProbe look(ServerAddress address, TlsSettings settings, Duration patience)
      throws IOException {
    int millis = Math.toIntExact(patience.toMillis());
    try (Socket raw = new Socket()) {
      raw.connect(new InetSocketAddress(bare(address.host()), address.port()), millis);
      raw.setSoTimeout(millis);
      Looker looker = new Looker(trust(settings));
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {looker}, null);
      try (SSLSocket socket =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket(raw, bare(address.host()), address.port(), true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new TlsProbe(looker.chain, Optional.ofNullable(looker.problem));
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS: " + e.getMessage(), e);
    }
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static X509ExtendedTrustManager trust(TlsSettings settings)
      throws GeneralSecurityException, IOException {
    KeyStore store = null;
    if (settings.roots().isPresent()) {
      store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate root : certificates(settings.roots().get())) {
        store.setCertificateEntry(String.valueOf(number++), root);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }

  /** All that are in a PEM file. */
  public static List<X509Certificate> certificates(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      throw new IOException("'" + file + "' has no certificates that could be read", e);
    }
  }

  /** Keeps what it is shown, and what others would say to it. */
  private static final class Looker extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager strict;
    private List<X509Certificate> chain = List.of();
    private @Nullable CertificateException problem;

    private Looker(X509ExtendedTrustManager strict) {
      this.strict = strict;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type, Socket socket) {
      chain = List.of(shown);
      try {
        strict.checkServerTrusted(shown, type, socket);
      } catch (CertificateException e) {
        problem = e;
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("only sockets are looked at");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type)
        throws CertificateException {
      throw new CertificateException("only sockets are looked at");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("clients are not looked at");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("clients are not looked at");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type)
        throws CertificateException {
      throw new CertificateException("clients are not looked at");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return strict.getAcceptedIssuers();
    }
  }
}

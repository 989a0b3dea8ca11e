package dev.mallard.server.tls;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Netty encrypts with: BoringSSL where its native library can be loaded, else the JDK. TLS 1.3
 * and 1.2, with the cipher suites that HTTP/2 allows.
 */
final class SslContexts {
  private static final Logger LOG = LoggerFactory.getLogger(SslContexts.class);

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final SslProvider provider;
  private final boolean requireClientCertificate;

  SslContexts(SslProvider provider, boolean requireClientCertificate) {
    this.provider = provider;
    this.requireClientCertificate = requireClientCertificate;
  }

  static SslProvider bestProvider() {
    if (OpenSsl.isAvailable() && SslProvider.isAlpnSupported(SslProvider.OPENSSL)) {
      LOG.info("TLS by {}", OpenSsl.versionString());
      return SslProvider.OPENSSL;
    }
    LOG.info("TLS by the JDK, which is slower: the native library of BoringSSL does not load here");
    LOG.debug("BoringSSL", OpenSsl.unavailabilityCause());
    return SslProvider.JDK;
  }

  SslContext make(TlsMaterial material) throws SSLException {
    ServerIdentity identity = material.identity();
    SslContextBuilder builder =
        GrpcSslContexts.configure(
                SslContextBuilder.forServer(identity.key(), identity.chain()), provider)
            .protocols(PROTOCOLS);
    if (!material.clientAuthorities().isEmpty()) {
      builder
          .trustManager(material.clientAuthorities().toArray(X509Certificate[]::new))
          .clientAuth(requireClientCertificate ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
    }
    return builder.build();
  }
}

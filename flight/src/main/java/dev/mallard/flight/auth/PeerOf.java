package dev.mallard.flight.auth;

import dev.mallard.access.Peer;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Where a call comes from. */
final class PeerOf {
  private PeerOf() {}

  static Peer call(ServerCall<?, ?> call) {
    SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    String address =
        remote instanceof InetSocketAddress internet && internet.getAddress() != null
            ? internet.getAddress().getHostAddress()
            : "";
    return new Peer(
        address, certificates(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION)));
  }

  private static List<X509Certificate> certificates(
      @org.jspecify.annotations.Nullable SSLSession tls) {
    if (tls == null) {
      return List.of();
    }
    try {
      Certificate[] shown = tls.getPeerCertificates();
      return Stream.of(shown)
          .filter(X509Certificate.class::isInstance)
          .map(X509Certificate.class::cast)
          .toList();
    } catch (SSLPeerUnverifiedException e) {
      return List.of(); // It has shown none, which it need not.
    }
  }
}

package dev.mallard.flight.auth;

import dev.mallard.access.Peer;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Where a call comes from: looked up when its connection begins, not with each call. That a client
 * has shown no certificate is an exception in Java, and thus costs more than a small call may.
 */
public final class PeerOf extends ServerTransportFilter {
  private static final Attributes.Key<Peer> PEER = Attributes.Key.create("mallard-peer");

  @Override
  public Attributes transportReady(Attributes connection) {
    return connection.toBuilder().set(PEER, of(connection)).build();
  }

  static Peer call(ServerCall<?, ?> call) {
    Peer known = call.getAttributes().get(PEER);
    return known == null ? of(call.getAttributes()) : known;
  }

  private static Peer of(Attributes connection) {
    SocketAddress remote = connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    String address =
        remote instanceof InetSocketAddress internet && internet.getAddress() != null
            ? internet.getAddress().getHostAddress()
            : "";
    return new Peer(address, certificates(connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION)));
  }

  private static List<X509Certificate> certificates(@Nullable SSLSession tls) {
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

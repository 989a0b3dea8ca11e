package dev.mallard.server.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * Each new connection is encrypted by the newest context; those that are open stay with theirs. A
 * context of its own for each set of files, rather than managers whose contents change (gRPC has
 * such): sessions that began under an authority that is gone cannot be resumed, and clients are
 * told the names of the present authorities, by which some choose their certificate.
 */
final class ReloadedSslContext extends SslContext {
  private volatile SslContext newest;

  ReloadedSslContext(SslContext first) {
    this.newest = first;
  }

  void replace(SslContext next) {
    newest = next;
  }

  @Override
  public boolean isClient() {
    return false;
  }

  @Override
  public List<String> cipherSuites() {
    return newest.cipherSuites();
  }

  @Override
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return newest.applicationProtocolNegotiator();
  }

  /**
   * The engine that Netty's own handler would have. What {@link SslContext#newEngine} makes keeps
   * to the letter of the JDK's contract, which costs BoringSSL a call for each record.
   */
  @Override
  public SSLEngine newEngine(ByteBufAllocator memory) {
    return newest.newHandler(memory).engine();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator memory, String peerHost, int peerPort) {
    return newest.newHandler(memory, peerHost, peerPort).engine();
  }

  @Override
  public SSLSessionContext sessionContext() {
    return newest.sessionContext();
  }
}

package dev.mallard.server.tls;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.server.security.TlsConfig;
import dev.mallard.wire.UncopiedReads;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How a server's connections are encrypted. Its files are read again until it is closed.
 * Thread-safe.
 */
public sealed interface Tls extends AutoCloseable {
  /** To be called before the server is built. */
  void applyTo(NettyServerBuilder builder);

  /** Says at start what is to be known of the certificate, to the operator and to clients. */
  void log(String host, int port);

  @Override
  void close();

  /** Where a certificate of the server's own making is kept. */
  interface OwnFolder {
    /** Need not be there yet. */
    Path open() throws IOException;
  }

  /**
   * @param ownFolder where a certificate of the server's own making is kept; asked for if one is
   *     wanted
   * @param timer looks at the files; stays the caller's
   * @param clientAuthorities told of the authorities of clients' certificates that are trusted:
   *     now, and again whenever they change
   * @throws MallardException FAILED_PRECONDITION with what is wrong with the files
   */
  static Tls open(
      TlsConfig config,
      String host,
      OwnFolder ownFolder,
      ScheduledExecutorService timer,
      Consumer<List<X509Certificate>> clientAuthorities) {
    if (config.identity() instanceof TlsConfig.Identity.None) {
      return new ClearText();
    }
    try {
      TlsConfig.Identity.Files files =
          config.identity() instanceof TlsConfig.Identity.Files given
              ? given
              : new SelfSigned(ownFolder.open(), Clock.systemUTC()).files(host);
      return new Encrypted(config, files, timer, clientAuthorities);
    } catch (FileProblem e) {
      throw new MallardException(ErrorCode.FAILED_PRECONDITION, e.text(), e);
    } catch (IOException e) {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "--tls-self-signed: cannot make a certificate: " + e.getMessage(),
          e);
    }
  }

  /** Anybody on the way can read along. */
  record ClearText() implements Tls {
    @Override
    public void applyTo(NettyServerBuilder builder) {
      builder.protocolNegotiator(new UncopiedReads(InternalProtocolNegotiators.serverPlaintext()));
    }

    @Override
    public void log(String host, int port) {
      // Who listens beyond this machine has said --insecure, and was told.
    }

    @Override
    public void close() {}
  }

  /** By certificate. */
  final class Encrypted implements Tls {
    private static final long LOOK_MILLIS = 250;

    private final TlsConfig config;
    private final TlsConfig.Identity.Files files;
    private final CertificateReload reload;
    private final ScheduledFuture<?> looking;

    private Encrypted(
        TlsConfig config,
        TlsConfig.Identity.Files files,
        ScheduledExecutorService timer,
        Consumer<List<X509Certificate>> clientAuthorities)
        throws FileProblem {
      this.config = config;
      this.files = files;
      this.reload =
          new CertificateReload(
              new TlsMaterial.Paths(files, config.clientAuthorities()),
              new SslContexts(SslContexts.bestProvider(), config.requireClientCertificate()),
              clientAuthorities);
      this.looking =
          timer.scheduleWithFixedDelay(reload, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void applyTo(NettyServerBuilder builder) {
      builder.protocolNegotiator(new UncopiedReads(new TlsNegotiator(reload.context())));
    }

    @Override
    public void log(String host, int port) {
      boolean isOwn = config.identity() instanceof TlsConfig.Identity.SelfSigned;
      CertificateNotes.log(files, isOwn, host, port);
    }

    @Override
    public void close() {
      looking.cancel(false);
    }
  }
}

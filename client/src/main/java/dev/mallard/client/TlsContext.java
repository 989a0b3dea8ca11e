package dev.mallard.client;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/** Netty's form of {@link TlsSettings}. */
final class TlsContext {
  private TlsContext() {}

  /**
   * Reads the files.
   *
   * @throws MallardException FAILED_PRECONDITION if one of them is not what it should be
   */
  static SslContext of(TlsSettings settings) {
    SslContextBuilder builder = GrpcSslContexts.forClient();
    settings.roots().ifPresent(roots -> trust(builder, roots));
    settings.identity().ifPresent(identity -> show(builder, identity));
    try {
      return builder.build();
    } catch (SSLException | IllegalArgumentException e) {
      throw refused("the certificates cannot be used: " + e.getMessage(), e);
    }
  }

  private static void trust(SslContextBuilder builder, Path roots) {
    try {
      builder.trustManager(roots.toFile());
    } catch (IllegalArgumentException e) {
      throw refused(noCertificates(roots), e);
    }
  }

  private static String noCertificates(Path file) {
    return "'" + file + "' has no certificates that could be read (expected: a PEM file)";
  }

  private static void show(SslContextBuilder builder, TlsSettings.Identity identity) {
    for (Path file : new Path[] {identity.certificate(), identity.key()}) {
      if (!Files.isReadable(file)) {
        throw refused("file '" + file + "' is not there, or you may not read it", null);
      }
    }
    try {
      builder.keyManager(identity.certificate().toFile(), identity.key().toFile());
    } catch (IllegalArgumentException e) {
      boolean certificate = String.valueOf(e.getMessage()).contains("certificates");
      throw refused(
          certificate
              ? noCertificates(identity.certificate())
              : "'"
                  + identity.key()
                  + "' has no private key that could be read (expected: PEM, PKCS #8, not encrypted;"
                  + " openssl pkcs8 -topk8 -nodes -in KEY makes one)",
          e);
    }
  }

  private static MallardException refused(
      String message, @org.jspecify.annotations.Nullable Throwable cause) {
    return new MallardException(ErrorCode.FAILED_PRECONDITION, message, cause);
  }
}

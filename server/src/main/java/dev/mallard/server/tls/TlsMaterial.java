package dev.mallard.server.tls;

import dev.mallard.server.security.TlsConfig;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * All that connections are encrypted with, as the files have it at a moment.
 *
 * @param clientAuthorities empty if clients show no certificates
 */
record TlsMaterial(ServerIdentity identity, List<X509Certificate> clientAuthorities) {
  TlsMaterial {
    clientAuthorities = List.copyOf(clientAuthorities);
  }

  /** Which files. */
  record Paths(TlsConfig.Identity.Files identity, Optional<Path> clientAuthorities) {
    Contents read() throws FileProblem {
      return new Contents(
          PemFile.read("--tls-cert", identity.certificate()),
          PemFile.read("--tls-key", identity.key()),
          clientAuthorities.isPresent()
              ? Optional.of(PemFile.read("--tls-client-ca", clientAuthorities.get()))
              : Optional.empty());
    }
  }

  /** What is in them, not looked at yet. */
  record Contents(PemFile certificate, PemFile key, Optional<PemFile> clientAuthorities) {
    boolean isSameAs(Contents other) {
      return certificate.isSameAs(other.certificate)
          && key.isSameAs(other.key)
          && (clientAuthorities.isEmpty()
              || clientAuthorities.get().isSameAs(other.clientAuthorities.orElseThrow()));
    }

    TlsMaterial parse() throws FileProblem {
      return new TlsMaterial(
          ServerIdentity.read(certificate, key),
          clientAuthorities.isPresent() ? clientAuthorities.get().certificates() : List.of());
    }
  }
}

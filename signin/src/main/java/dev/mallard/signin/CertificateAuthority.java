package dev.mallard.signin;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import java.security.cert.X509Certificate;
import java.util.List;

/** Proves names by clients' certificates. Its proof is a {@link Proof.Certificate}. */
public interface CertificateAuthority extends Authority {
  /**
   * Who shows this certificate. Quick: it is asked at every call that shows nothing else.
   *
   * @param chain never empty; the connection was encrypted with it, but that may be long ago
   * @throws dev.mallard.error.MallardException UNAUTHENTICATED if it is not good
   */
  Caller admit(List<X509Certificate> chain);
}

package dev.mallard.signin.certificate;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whose certificates of clients are taken, at present. Whoever reads the operator's file tells it
 * of a change. Thread-safe.
 */
public final class ClientAuthorities {
  private volatile Present present = new Present(0, Set.of());

  /** As they are at a moment. */
  record Present(long revision, Set<X509Certificate> authorities) {
    /**
     * The way from a client's certificate to one of the authorities, or nothing if there is none.
     *
     * @param chain the client's own first; further ones in any order
     * @param at when it is to be valid
     */
    Optional<List<X509Certificate>> path(List<X509Certificate> chain, Instant at) {
      X509Certificate client = chain.get(0);
      if (authorities.contains(client)) {
        return Optional.of(List.of(client));
      }
      if (authorities.isEmpty()) {
        return Optional.empty();
      }
      try {
        PKIXBuilderParameters parameters = parameters(chain);
        parameters.setDate(Date.from(at));
        PKIXCertPathBuilderResult found =
            (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
        List<X509Certificate> path = new ArrayList<>();
        for (Certificate certificate : found.getCertPath().getCertificates()) {
          path.add((X509Certificate) certificate);
        }
        return Optional.of(path);
      } catch (CertPathBuilderException e) {
        return Optional.empty();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e); // Every Java has PKIX.
      }
    }

    private PKIXBuilderParameters parameters(List<X509Certificate> chain)
        throws InvalidAlgorithmParameterException, NoSuchAlgorithmException {
      X509CertSelector target = new X509CertSelector();
      target.setCertificate(chain.get(0));
      PKIXBuilderParameters parameters =
          new PKIXBuilderParameters(
              authorities.stream()
                  .map(authority -> new TrustAnchor(authority, null))
                  .collect(Collectors.toSet()),
              target);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
      // An authority is taken out of the file; lists of single certificates are not read.
      parameters.setRevocationEnabled(false);
      return parameters;
    }
  }

  /** From now on these, and no others. */
  public synchronized void trust(List<X509Certificate> authorities) {
    Set<X509Certificate> now = Set.copyOf(authorities);
    if (!now.equals(present.authorities())) {
      present = new Present(present.revision() + 1, now);
    }
  }

  Present present() {
    return present;
  }
}

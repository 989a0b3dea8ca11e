package dev.mallard.server.tls;

import io.netty.handler.ssl.SslContext;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the files have changed, and takes what is in them if all of it can be used
 * together; else what was before stays. Used by one thread at a time.
 */
final class CertificateReload implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateReload.class);

  private final TlsMaterial.Paths paths;
  private final SslContexts contexts;
  private final Consumer<List<X509Certificate>> clientAuthorities;
  private final ReloadedSslContext context;
  private TlsMaterial.Contents used;
  private TlsMaterial.@Nullable Contents refused;
  private String problem = "";
  private boolean isSaid;

  /**
   * @param clientAuthorities told of those that are trusted, now and whenever they change
   */
  CertificateReload(
      TlsMaterial.Paths paths,
      SslContexts contexts,
      Consumer<List<X509Certificate>> clientAuthorities)
      throws FileProblem {
    this.paths = paths;
    this.contexts = contexts;
    this.clientAuthorities = clientAuthorities;
    this.used = paths.read();
    TlsMaterial material = used.parse();
    this.context = new ReloadedSslContext(make(material));
    clientAuthorities.accept(material.clientAuthorities());
  }

  ReloadedSslContext context() {
    return context;
  }

  private SslContext make(TlsMaterial material) throws FileProblem {
    try {
      return contexts.make(material);
    } catch (SSLException | IllegalArgumentException e) {
      throw new FileProblem("TLS: cannot use the certificate: " + e.getMessage(), e);
    }
  }

  @Override
  public void run() {
    try {
      look();
    } catch (FileProblem e) {
      sayIfItStays(e.text());
    } catch (RuntimeException e) {
      LOG.warn("TLS: cannot look at the certificates", e);
    }
  }

  private void look() throws FileProblem {
    TlsMaterial.Contents now = paths.read();
    if (now.isSameAs(used)) {
      forget();
      return;
    }
    if (refused != null && now.isSameAs(refused)) {
      sayIfItStays(problem);
      return;
    }
    refused = now;
    TlsMaterial material = now.parse();
    context.replace(make(material));
    clientAuthorities.accept(material.clientAuthorities());
    used = now;
    forget();
    LOG.info(
        "TLS: certificates read again: {}, valid until {}",
        material.identity(),
        material.identity().certificate().getNotAfter().toInstant());
  }

  private void forget() {
    refused = null;
    problem = "";
    isSaid = false;
  }

  /** At the second look: whoever replaces two files does so one after the other. */
  private void sayIfItStays(String what) {
    if (!what.equals(problem)) {
      problem = what;
      isSaid = false;
    } else if (!isSaid) {
      isSaid = true;
      LOG.warn("{}; the certificates that were there before stay in use", what);
    }
  }
}

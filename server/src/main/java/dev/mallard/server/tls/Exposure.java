package dev.mallard.server.tls;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.server.security.SecurityConfig;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may reach a server: beyond its machine only one that is encrypted and asks for sign-in. */
public final class Exposure {
  private static final Logger LOG = LoggerFactory.getLogger(Exposure.class);

  private Exposure() {}

  /**
   * @param address to listen on
   * @throws MallardException FAILED_PRECONDITION if the server is to be reached from elsewhere, but
   *     is not protected, and the operator has not said that it is meant
   */
  public static void check(InetAddress address, SecurityConfig security) {
    if (address.isLoopbackAddress()) {
      return;
    }
    List<String> missing = new ArrayList<>();
    if (!security.tls().isEncrypted()) {
      missing.add("encryption (--tls-self-signed, or --tls-cert FILE --tls-key FILE)");
    }
    if (!security.signsIn()) {
      missing.add("sign-in (--user NAME:PASSWORD, or --access DIR)");
    }
    if (missing.isEmpty()) {
      return;
    }
    String what = String.join(" and ", missing);
    if (!security.tls().insecure()) {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "cannot listen on %s: others can reach it, and there is no %s; add it, or --insecure if that is meant"
              .formatted(address.getHostAddress(), what));
    }
    LOG.warn("INSECURE: others can reach {}, and there is no {}", address.getHostAddress(), what);
  }
}

package dev.mallard.signin.openid;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keys at an address, which the operator has named or the issuer's discovery document names.
 *
 * @see <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">OpenID discovery</a>
 */
final class FetchedKeys implements KeySource {
  private static final String DOCUMENT = "/.well-known/openid-configuration";

  /** After this many reads the discovery document is looked at again: about an hour. */
  private static final int READS_PER_DISCOVERY = 60;

  private final BoundedFetch fetch;
  private final String issuer;
  private final Optional<URI> address;
  private @Nullable URI discovered;
  private int readsLeft;

  /**
   * @param address empty to discover it
   */
  FetchedKeys(BoundedFetch fetch, String issuer, Optional<URI> address) {
    this.fetch = fetch;
    this.issuer = issuer;
    this.address = address;
  }

  @Override
  public KeySet read() throws IOException {
    URI from = address.isPresent() ? address.get() : discovered();
    try {
      return KeySet.parse(fetch.get(from));
    } catch (IOException e) {
      readsLeft = 0; // They may have moved.
      throw e;
    }
  }

  private URI discovered() throws IOException {
    URI known = discovered;
    if (known == null || --readsLeft < 0) {
      known = discover();
      discovered = known;
      readsLeft = READS_PER_DISCOVERY;
    }
    return known;
  }

  private URI discover() throws IOException {
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    URI document = URI.create(base + DOCUMENT);
    JsonNode tree;
    try {
      tree = new ObjectMapper().readTree(fetch.get(document));
    } catch (JsonProcessingException e) {
      throw new IOException(document + ": what came is no JSON", e);
    }
    if (!tree.path("issuer").asText().equals(issuer)) {
      throw new IOException(
          document + " is of another issuer; name the one that it names with --oidc-issuer");
    }
    return keysAddress(tree.path("jwks_uri").asText(), document);
  }

  private URI keysAddress(String text, URI document) throws IOException {
    try {
      URI found = OpenIdSettings.address(text, "jwks_uri");
      // A provider elsewhere is not to have us call this machine.
      if (!OpenIdSettings.isLoopback(found.getHost())
          || OpenIdSettings.isLoopback(document.getHost())) {
        return found;
      }
    } catch (MallardException e) {
      throw new IOException(document + ": " + e.getMessage(), e);
    }
    throw new IOException(document + ": its jwks_uri is on this machine");
  }

  @Override
  public Duration interval() {
    return Duration.ofMinutes(1);
  }

  @Override
  public Duration patience() {
    return Duration.ofHours(24);
  }

  @Override
  public String toString() {
    return address.map(URI::toString).orElse(issuer);
  }
}

package dev.mallard.signin;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import java.util.concurrent.CompletionStage;

/**
 * Proves names by tokens that it has made: an OpenID provider. Its proof is an {@link
 * Proof.OpenId}.
 */
public interface TokenAuthority extends Authority {
  /**
   * Who shows this bearer token, which is none of the server's own; of any form and size. Ends at
   * once where nothing has to be fetched. Fails with a {@link dev.mallard.error.MallardException}:
   * UNAUTHENTICATED if it is not good, UNAVAILABLE if that cannot be known now.
   */
  CompletionStage<Caller> admit(String token);
}

package dev.mallard.signin.own;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.signin.files.AccessRules;
import dev.mallard.signin.files.ApiToken;
import dev.mallard.signin.files.TokenEntry;
import dev.mallard.signin.files.UserEntry;
import java.time.Instant;
import java.util.Optional;

/** API tokens: as their owner, at most with that one's rights. Stateless. */
final class ApiTokens {
  private ApiTokens() {}

  /**
   * @throws dev.mallard.error.MallardException UNAUTHENTICATED
   */
  static Caller admit(String token, AccessRules rules, Instant now) {
    Optional<ApiToken> shown = ApiToken.parse(token);
    Optional<TokenEntry> entry = shown.flatMap(parsed -> rules.token(parsed.id()));
    if (shown.isEmpty() || entry.isEmpty() || !shown.get().isThat(entry.get())) {
      throw Refusal.because("the token is not good, or has been revoked; ask for another");
    }
    TokenEntry known = entry.get();
    if (known.notBefore().isPresent() && now.isBefore(known.notBefore().get())) {
      throw Refusal.because("the token is not valid before " + known.notBefore().get());
    }
    if (known.expires().isPresent() && !now.isBefore(known.expires().get())) {
      throw Refusal.because("the token has expired; ask for another");
    }
    Optional<Role> role = role(known, rules);
    if (role.isEmpty()) {
      throw Refusal.because("the token's owner may not come in; ask for another");
    }
    return new Caller(known.owner(), role.get(), new Proof.ApiToken(known.id()));
  }

  private static Optional<Role> role(TokenEntry token, AccessRules rules) {
    Optional<UserEntry> owner = rules.user(token.owner());
    return owner
        .flatMap(rules::roleOf)
        .map(role -> token.limit().map(role::narrowedTo).orElse(role));
  }

  static boolean isGood(Caller caller, Proof.ApiToken proof, AccessRules rules) {
    Optional<TokenEntry> token = rules.token(proof.id());
    if (token.isEmpty() || !token.get().owner().equals(caller.name())) {
      return false;
    }
    Optional<Role> role = role(token.get(), rules);
    return role.isPresent() && role.get().compareTo(caller.role()) >= 0;
  }
}

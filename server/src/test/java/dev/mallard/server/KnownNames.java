package dev.mallard.server;

import dev.mallard.access.Admitted;
import dev.mallard.access.Caller;
import dev.mallard.access.Credentials;
import dev.mallard.access.Peer;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.access.SignIn;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets in the names that a test knows, by a bearer token that is {@code NAME} or {@code
 * NAME/read-only}. A name can be revoked, and known again.
 */
final class KnownNames implements SignIn {
  private final Map<String, Role> roles = new ConcurrentHashMap<>();
  private final AtomicLong revision = new AtomicLong();

  static KnownNames of(String... names) {
    KnownNames known = new KnownNames();
    for (String name : names) {
      known.set(name, Role.FULL);
    }
    return known;
  }

  void set(String name, Role role) {
    roles.put(name, role);
    revision.incrementAndGet();
  }

  void revoke(String name) {
    roles.remove(name);
    revision.incrementAndGet();
  }

  @Override
  public CompletionStage<Admitted> admit(Credentials shown, Peer from) {
    String[] parts = shown instanceof Credentials.Token token ? token.token().split("/", 2) : null;
    Role role = parts == null ? null : roles.get(parts[0]);
    if (parts == null || role == null) {
      return CompletableFuture.failedFuture(
          new MallardException(ErrorCode.UNAUTHENTICATED, "not known here"));
    }
    Role narrowed = parts.length == 1 ? role : role.narrowedTo(Role.named(parts[1]).orElseThrow());
    Caller caller = new Caller(parts[0], narrowed, new Proof.ApiToken(String.join("/", parts)));
    return CompletableFuture.completedFuture(new Admitted(caller, Optional.empty()));
  }

  @Override
  public boolean isGood(Caller caller) {
    Role role = roles.get(caller.name());
    return role != null && role.narrowedTo(caller.role()) == caller.role();
  }

  @Override
  public long revision() {
    return revision.get();
  }
}

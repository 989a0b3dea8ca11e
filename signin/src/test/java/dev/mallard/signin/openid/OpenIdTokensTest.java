package dev.mallard.signin.openid;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.signin.LocalUser;
import dev.mallard.signin.Users;
import dev.mallard.testing.Await;
import dev.mallard.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in by a JWT, as what, and for how long. */
class OpenIdTokensTest {
  private static final JWK KEY = Issuer.ec("first");

  @TempDir private Path folder;

  private final SettableClock clock = new SettableClock();
  private final Issuer issuer = Issuer.at(clock);
  private final ScriptedKeys source = new ScriptedKeys();
  private final WrittenUsers users = new WrittenUsers();
  private final OpenIdThreads threads = new OpenIdThreads();
  private OpenIdTokens tokens = tokens(Optional.empty());

  /** Users that a test writes down. */
  private static final class WrittenUsers implements Users {
    private final Map<String, LocalUser> all = new ConcurrentHashMap<>();
    private final Map<String, Role> roles = new ConcurrentHashMap<>();

    @Override
    public Optional<LocalUser> find(String name) {
      return Optional.ofNullable(all.get(name));
    }

    @Override
    public Optional<Role> role(String name) {
      return Role.named(name).or(() -> Optional.ofNullable(roles.get(name)));
    }

    @Override
    public long revision() {
      return 0;
    }
  }

  @AfterEach
  void close() {
    threads.close();
  }

  private OpenIdTokens tokens(Optional<String> roleClaim) {
    OpenIdSettings settings =
        new OpenIdSettings(
            Issuer.NAME,
            Set.of(Issuer.AUDIENCE),
            new KeyLocation.Discovered(),
            Set.of("ES256"),
            "sub",
            roleClaim);
    return new OpenIdTokens(settings, users, source, clock, threads);
  }

  private void publish(JWK... keys) {
    source.publish(keys);
    clock.advance(Duration.ofMinutes(2));
    long before = source.reads();
    tokens.tick();
    Await.until("the keys are read", () -> source.reads() > before);
    threads.awaitReader();
  }

  private Caller admitted(String token) {
    return tokens.admit(token).toCompletableFuture().join();
  }

  private ErrorCode refused(String token) {
    try {
      throw new AssertionError("let in: " + admitted(token));
    } catch (CompletionException e) {
      return ((MallardException) e.getCause()).code();
    }
  }

  private String withRoles(String name, String... roles) {
    return issuer.token(KEY, name, claims -> claims.claim("roles", List.of(roles)));
  }

  @Test
  void aGoodTokenIsAFullUserAndIsRememberedUntilItExpires() {
    publish(KEY);
    String token = issuer.token(KEY, "alice");

    Caller caller = admitted(token);

    assertThat(caller.name()).isEqualTo("alice");
    assertThat(caller.role()).isEqualTo(Role.FULL);
    assertThat(caller.proof()).isInstanceOf(Proof.OpenId.class);
    assertThat(tokens.admit(token).toCompletableFuture()).isDone();
    assertThat(tokens.remembered()).isEqualTo(1);
    clock.advance(Duration.ofMinutes(62));
    assertThat(refused(token)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(tokens.isGood(caller)).isTrue();
    assertThat(tokens.remembered()).isZero();
  }

  @Test
  void tokensThatAreRefusedAreNotRemembered() {
    publish(KEY);
    for (int i = 0; i < 100; i++) {
      refused("x." + i);
      refused(issuer.token(Issuer.ec("first"), "alice"));
    }
    assertThat(tokens.remembered()).isZero();
  }

  @Test
  void aKeyThatIsTakenBackTakesItsCallersWithIt() {
    publish(KEY);
    String token = issuer.token(KEY, "alice");
    Caller caller = admitted(token);
    long revision = tokens.revision();

    publish(Issuer.ec("second"));

    assertThat(tokens.isGood(caller)).isFalse();
    assertThat(tokens.revision()).isNotEqualTo(revision);
    assertThat(refused(token)).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void aTokenWithANewKeyIsLetInAtOnce() {
    publish(KEY);
    JWK next = Issuer.ec("second");
    source.publish(KEY, next);

    assertThat(admitted(issuer.token(next, "alice")).name()).isEqualTo("alice");
  }

  @Test
  void strangersKeysMakeFewReads() {
    publish(KEY);
    int before = source.reads();
    for (int i = 0; i < 200; i++) {
      assertThat(refused(issuer.token(Issuer.ec("stranger-" + i), "alice")))
          .isEqualTo(ErrorCode.UNAUTHENTICATED);
    }
    assertThat(source.reads()).isEqualTo(before + 1);
  }

  @Test
  void aTokenThatIsWrongBesidesMakesNoRead() {
    publish(KEY);
    int before = source.reads();
    JWK stranger = Issuer.ec("stranger");
    refused(issuer.token(stranger, "alice", claims -> claims.issuer("https://other.example")));
    refused(issuer.token(stranger, "alice", claims -> claims.audience("other")));
    refused(issuer.token(stranger, "alice", claims -> claims.expirationTime(null)));
    assertThat(source.reads()).isEqualTo(before);
  }

  @Test
  void withoutKeysNobodyComesInAndIsToldToTryAgain() {
    source.goAway(true);
    assertThat(refused(issuer.token(KEY, "alice"))).isEqualTo(ErrorCode.UNAVAILABLE);
    source.goAway(false);
    publish(KEY);
    assertThat(admitted(issuer.token(KEY, "alice")).name()).isEqualTo("alice");
  }

  @Test
  void rolesComeFromTheTokenAndTheMostCounts() {
    tokens = tokens(Optional.of("roles"));
    publish(KEY);
    users.roles.put("analyst", Role.READ_ONLY);

    assertThat(admitted(withRoles("a", "analyst", "guest")).role()).isEqualTo(Role.READ_ONLY);
    assertThat(admitted(withRoles("a", "analyst", "full")).role()).isEqualTo(Role.FULL);
    assertThat(admitted(withRoles("a", "admin", "read-only")).role()).isEqualTo(Role.ADMIN);
    assertThat(refused(withRoles("a", "guest", "ADMIN", "admin ")))
        .isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(refused(withRoles("a"))).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(refused(issuer.token(KEY, "a"))).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void aRoleThatMayLessTakesBackWhatItGave() {
    tokens = tokens(Optional.of("roles"));
    publish(KEY);
    users.roles.put("analyst", Role.FULL);
    Caller caller = admitted(withRoles("a", "analyst"));
    assertThat(tokens.isGood(caller)).isTrue();

    users.roles.put("analyst", Role.READ_ONLY);
    assertThat(tokens.isGood(caller)).isFalse();
    users.roles.put("analyst", Role.ADMIN);
    assertThat(tokens.isGood(caller)).isTrue();
    users.roles.remove("analyst");
    assertThat(tokens.isGood(caller)).isFalse();
  }

  @Test
  void aTokenIsNobodyWhoHasAPassword() {
    publish(KEY);
    String token = issuer.token(KEY, "alice");
    Caller caller = admitted(token);

    users.all.put("alice", new LocalUser("alice", Optional.of(Role.FULL), true));

    assertThat(refused(token)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(tokens.isGood(caller)).isFalse();
    assertThat(refused(issuer.token(KEY, Caller.NOBODY))).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void whatTheOperatorHasWrittenDownIsTheMost() {
    publish(KEY);
    users.all.put("bob", new LocalUser("bob", Optional.of(Role.READ_ONLY), false));
    users.all.put("carol", new LocalUser("carol", Optional.empty(), false));
    users.all.put("dora", new LocalUser("dora", Optional.of(Role.ADMIN), false));

    assertThat(admitted(issuer.token(KEY, "bob")).role()).isEqualTo(Role.READ_ONLY);
    assertThat(refused(issuer.token(KEY, "carol"))).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(admitted(issuer.token(KEY, "dora")).role()).isEqualTo(Role.ADMIN);
    tokens = tokens(Optional.of("roles"));
    publish(KEY);
    assertThat(admitted(withRoles("bob", "admin")).role()).isEqualTo(Role.READ_ONLY);
    assertThat(admitted(withRoles("dora", "full")).role()).isEqualTo(Role.FULL);
    assertThat(refused(withRoles("dora"))).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void anotherIssuersCallersAreNotOurs() {
    publish(KEY);
    Proof.OpenId proof = (Proof.OpenId) admitted(issuer.token(KEY, "alice")).proof();
    Proof.OpenId other = new Proof.OpenId("https://other.example", proof.key(), List.of());

    assertThat(tokens.isGood(new Caller("alice", Role.FULL, other))).isFalse();
    assertThat(tokens.isGood(new Caller("alice", Role.FULL, new Proof.Unchecked()))).isFalse();
    assertThat(tokens.isGood(new Caller("alice", Role.ADMIN, proof))).isFalse();
  }

  @Test
  void aFloodIsTurnedAwayAndNotGathered() {
    publish(KEY);
    List<String> flood = new ArrayList<>();
    String good = issuer.token(KEY, "alice");
    for (int i = 0; i < 5_000; i++) {
      flood.add(good.substring(0, good.length() - 40) + "%040d".formatted(i));
    }
    List<CompletableFuture<Caller>> answers =
        flood.stream().map(token -> tokens.admit(token).toCompletableFuture()).toList();
    for (CompletableFuture<Caller> answer : answers) {
      assertThat(
              answer.handle((caller, failure) -> ((MallardException) cause(failure)).code()).join())
          .isIn(ErrorCode.UNAUTHENTICATED, ErrorCode.RESOURCE_EXHAUSTED);
    }
    assertThat(admitted(good).name()).isEqualTo("alice");
    assertThat(tokens.remembered()).isEqualTo(1);
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  @Test
  void aFileOfKeysIsReadAgainWhenItChanges() throws Exception {
    Path file = Files.writeString(folder.resolve("keys.json"), Issuer.published(KEY));
    OpenIdSettings settings =
        Issuer.at(java.time.Clock.systemUTC()).settings(new KeyLocation.InFile(file));
    Issuer now = Issuer.at(java.time.Clock.systemUTC());
    try (OpenIdTokens real = OpenIdTokens.open(settings, Users.NONE)) {
      Caller caller = real.admit(now.token(KEY, "alice")).toCompletableFuture().join();
      Files.writeString(file, "{");
      assertThat(real.isGood(caller)).isTrue();
      JWK next = Issuer.ec("next");
      Files.writeString(file, Issuer.published(next));
      Await.until("the old key is not good", () -> !real.isGood(caller));
      assertThat(real.admit(now.token(next, "bob")).toCompletableFuture().join().name())
          .isEqualTo("bob");
    }
  }

  @Test
  void aFileOfKeysThatIsNotThereStopsTheStart() throws IOException {
    for (Path file :
        List.of(folder.resolve("none"), folder, Files.writeString(folder.resolve("bad"), "{}"))) {
      OpenIdSettings settings = issuer.settings(new KeyLocation.InFile(file));
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> OpenIdTokens.open(settings, Users.NONE))
          .isInstanceOf(MallardException.class)
          .hasMessageContaining("--oidc-jwks");
    }
  }
}

package dev.mallard.signin.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mallard.access.Admitted;
import dev.mallard.access.Caller;
import dev.mallard.access.Credentials;
import dev.mallard.access.Peer;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.signin.files.ApiToken;
import dev.mallard.signin.files.SessionKey;
import dev.mallard.signin.files.UserEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSignInTest {
  private static final Peer HERE = new Peer("10.0.0.1", List.of());
  private static final Peer THERE = new Peer("10.0.0.2", List.of());

  @TempDir private Path folder;
  private final SettableTime time = new SettableTime();
  private TestAccess access;
  private LocalSignIn signIn;

  @BeforeEach
  void open() throws Exception {
    access = TestAccess.in(folder, time);
    access.user("alice", "wonderland");
    signIn = new LocalSignIn(access.watch(), SessionTimes.DEFAULT, time, time);
  }

  @AfterEach
  void close() {
    signIn.close();
  }

  private static Admitted of(CompletionStage<Admitted> decision) {
    try {
      return decision.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw (MallardException) e.getCause();
    }
  }

  private Admitted password(String name, String password) {
    return of(signIn.admit(new Credentials.Password(name, password), HERE));
  }

  private Admitted token(String token) {
    return of(signIn.admit(new Credentials.Token(token), HERE));
  }

  private String session() {
    return password("alice", "wonderland").token().orElseThrow();
  }

  private void refused(String said, Runnable call) {
    refused(ErrorCode.UNAUTHENTICATED, said, call);
  }

  private void refused(ErrorCode code, String said, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(MallardException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(said);
  }

  // Passwords.

  @Test
  void whatWasRightIsKnownAgainForFiveMinutesAndGivesTheSameToken() {
    Admitted first = password("alice", "wonderland");
    CompletionStage<Admitted> again =
        signIn.admit(new Credentials.Password("alice", "wonderland"), THERE);

    assertThat(again.toCompletableFuture()).as("without a check").isDone();
    assertThat(of(again)).isEqualTo(first);
    time.pass(Duration.ofMinutes(5));
    assertThat(signIn.admit(new Credentials.Password("alice", "wonderland"), HERE))
        .as("it is checked again")
        .satisfies(decision -> assertThat(of(decision).token()).isNotEqualTo(first.token()));
  }

  @Test
  void whatIsRememberedIsNotHeldUpByWrongGuesses() {
    password("alice", "wonderland");
    for (int i = 0; i < 3; i++) {
      String guess = "guess" + i;
      refused("name or password is wrong", () -> password("alice", guess));
    }
    refused(ErrorCode.RESOURCE_EXHAUSTED, "try again in 1 s", () -> password("alice", "guess"));
    assertThat(password("alice", "wonderland").caller().name()).isEqualTo("alice");
  }

  @Test
  void wrongOnesWaitTheSameWhetherTheNameIsKnownOrNot() throws Exception {
    access.user("gone", "away");
    access.disable("gone");
    access.put(new UserEntry("certified", Optional.empty(), List.of(), false));
    for (String name : List.of("alice", "nobody", "gone", "certified")) {
      for (int i = 0; i < 3; i++) {
        refused("not signed in: name or password is wrong", () -> password(name, "away "));
      }
      refused(
          ErrorCode.RESOURCE_EXHAUSTED,
          "too many failed sign-ins; try again in 1 s",
          () -> password(name, "away"));
      time.pass(Duration.ofMinutes(20));
    }
    refused("name or password is wrong", () -> password("gone", "away"));
  }

  @Test
  void oneAddressCannotLockANameOutElsewhere() {
    for (int i = 0; i < 3; i++) {
      String guess = "guess" + i;
      refused("wrong", () -> password("alice", guess));
    }
    refused(ErrorCode.RESOURCE_EXHAUSTED, "try again", () -> password("alice", "wonderland"));
    assertThat(
            of(signIn.admit(new Credentials.Password("alice", "wonderland"), THERE))
                .caller()
                .name())
        .isEqualTo("alice");
    time.pass(Duration.ofSeconds(1));
    assertThat(password("alice", "wonderland").caller().name()).isEqualTo("alice");
  }

  @Test
  void manyAtOnceFromOneAddressAllComeIn() throws Exception {
    for (int i = 0; i < 60; i++) {
      access.user("user" + i, "password" + i);
    }
    List<CompletionStage<Admitted>> decisions =
        java.util.stream.IntStream.range(0, 60)
            .mapToObj(i -> signIn.admit(new Credentials.Password("user" + i, "password" + i), HERE))
            .toList();
    for (int i = 0; i < 60; i++) {
      assertThat(of(decisions.get(i)).caller().name()).isEqualTo("user" + i);
    }
  }

  @Test
  void whatIsTooLongIsWrong() {
    refused("name or password is wrong", () -> password("a".repeat(257), "x"));
    refused("name or password is wrong", () -> password("alice", "x".repeat(1025)));
    assertThat(signIn.kept()).isZero();
  }

  @Test
  void bcryptIsTaken() throws Exception {
    // What htpasswd -B makes, for 'wonderland'.
    String hash =
        com.password4j.BcryptFunction.getInstance(com.password4j.types.Bcrypt.Y, 4)
            .hash("wonderland")
            .getResult();
    access.put(new UserEntry("bob", Optional.of(hash), List.of("admin"), false));
    assertThat(password("bob", "wonderland").caller().role()).isEqualTo(Role.ADMIN);
    refused("wrong", () -> password("bob", "Wonderland"));
  }

  @Test
  void whatIsRememberedEndsWithThePasswordTheUserAndTheRole() throws Exception {
    Admitted before = password("alice", "wonderland");
    access.user("alice", "wonderland");
    assertThat(signIn.isGood(before.caller())).isFalse();
    Admitted after = password("alice", "wonderland");
    assertThat(after.caller().proof()).isNotEqualTo(before.caller().proof());
    assertThat(signIn.isGood(after.caller())).isTrue();

    access.disable("alice");
    assertThat(signIn.isGood(after.caller())).isFalse();
    refused("name or password is wrong", () -> password("alice", "wonderland"));
    refused("its user has changed", () -> token(after.token().orElseThrow()));
  }

  // Session tokens.

  @Test
  void aSessionLivesWhileItIsUsed() {
    String token = session();
    for (int i = 0; i < 24; i++) {
      time.pass(Duration.ofMinutes(59));
      assertThat(token(token).caller().name()).isEqualTo("alice");
    }
    time.pass(Duration.ofMinutes(61).plusSeconds(1));
    refused("not used for 60 minutes", () -> token(token));
  }

  @Test
  void aTokenThatIsNeverUsedTakesNoMemoryAndEnds() {
    String token = session();
    time.pass(Duration.ofMinutes(10));
    assertThat(signIn.kept()).as("not even the password is remembered").isZero();
    time.pass(Duration.ofMinutes(50));
    assertThat(token(token).caller().name()).isEqualTo("alice");
    String other = session();
    time.pass(Duration.ofMinutes(61).plusSeconds(1));
    refused("not used for", () -> token(other));
  }

  @Test
  void aSessionEndsAfterAWeekAndAnotherIsOfferedInTheSecondHalf() {
    String token = session();
    Duration step = Duration.ofMinutes(30);
    int offeredAfter = -1;
    String newest = token;
    int steps = (int) (Duration.ofDays(7).toMinutes() / 30);
    for (int i = 1; i <= steps; i++) {
      time.pass(step);
      Optional<String> offered = token(token).token();
      if (offered.isPresent() && offeredAfter < 0) {
        offeredAfter = i;
      }
      newest = offered.orElse(newest);
      // One that was offered is good, even if the client takes it only later.
      assertThat(token(newest).caller().name()).isEqualTo("alice");
    }
    assertThat(offeredAfter).isEqualTo(steps / 2 + 1);
    time.pass(Duration.ofSeconds(60));
    refused("come to its end", () -> token(token));
    assertThat(token(newest).caller().name()).isEqualTo("alice");
  }

  @Test
  void aClientThatAlwaysTakesTheNewTokenSignsInOnceAMonth() {
    String token = session();
    int halfHours = 0;
    try {
      for (; halfHours < 48 * 60; halfHours++) {
        time.pass(Duration.ofMinutes(30));
        token = token(token).token().orElse(token);
      }
    } catch (MallardException e) {
      assertThat(e).hasMessageContaining("come to its end");
    }
    assertThat(halfHours / 48).isEqualTo(30);
  }

  @Test
  void aClientThatDoesNotTakeItIsNotGivenOneMoreForEachCall() {
    String token = session();
    for (int i = 0; i < 8 * 24; i++) {
      time.pass(Duration.ofMinutes(30));
      token(token);
    }
    assertThat(token(token).token()).isPresent().isEqualTo(token(token).token());
  }

  @Test
  void aRestartedServerAndAnotherOneOnTheSameFolderKnowTheToken() {
    String token = session();
    time.pass(Duration.ofMinutes(59));
    try (LocalSignIn other =
        new LocalSignIn(access.another(time), SessionTimes.DEFAULT, time, time)) {
      assertThat(of(other.admit(new Credentials.Token(token), HERE)).caller().name())
          .isEqualTo("alice");
    }
  }

  @Test
  void theClocksOfTwoServersMayDifferByAMinute() {
    SettableTime slow = new SettableTime();
    time.pass(Duration.ofSeconds(59));
    String token = session();
    time.pass(Duration.ofSeconds(30));
    String later = password("alice", "wonderland").token().orElseThrow();
    assertThat(later).isEqualTo(token);
    try (LocalSignIn other =
        new LocalSignIn(access.another(slow), SessionTimes.DEFAULT, slow, slow)) {
      assertThat(of(other.admit(new Credentials.Token(token), HERE)).caller().name())
          .isEqualTo("alice");
      time.pass(Duration.ofMinutes(5));
      String tooNew = session();
      refused("not valid yet", () -> of(other.admit(new Credentials.Token(tooNew), HERE)));
    }
  }

  @Test
  void sessionsEndWithTheKey() throws Exception {
    String token = session();
    assertThat(token(token).caller().name()).isEqualTo("alice");
    Files.delete(folder.resolve("session.key"));
    access.watch().look();
    assertThat(token(token).caller().name()).as("somebody may be at it").isEqualTo("alice");
    access.watch().look();
    refused("not this server's", () -> token(token));
    assertThat(Files.exists(folder.resolve("session.key"))).isTrue();
    assertThat(token(session()).caller().name()).isEqualTo("alice");
  }

  @Test
  void tokensThatOthersHaveMadeAreRefused() throws Exception {
    SessionKey key = access.watch().key();
    Proof.Password proof = (Proof.Password) password("alice", "wonderland").caller().proof();
    JWSHeader ours =
        new JWSHeader.Builder(JWSAlgorithm.HS256)
            .type(new JOSEObjectType("mallard-session"))
            .build();
    JWTClaimsSet good = claims(proof, "mallard", "mallard-session", time.instant());
    assertThat(token(signed(ours, good, key.bytes())).caller().name()).isEqualTo("alice");

    List<String> bad =
        List.of(
            signed(ours, good, SessionKey.random().bytes()),
            signed(ours, claims(proof, "other", "mallard-session", time.instant()), key.bytes()),
            signed(ours, claims(proof, "mallard", "other", time.instant()), key.bytes()),
            signed(ours, new JWTClaimsSet.Builder().subject("alice").build(), key.bytes()),
            signed(new JWSHeader(JWSAlgorithm.HS256), good, key.bytes()),
            ours.toBase64URL() + "." + good.toPayload().toBase64URL() + ".",
            ours.toBase64URL() + "..",
            ours.toBase64URL() + "." + "A".repeat(10_000) + ".A",
            base64("{\"alg\":\"none\"}") + "." + good.toPayload().toBase64URL() + ".");
    for (String token : bad) {
      refused("not signed in: ", () -> token(token));
    }
    assertThat(signIn.isOurs(bad.get(bad.size() - 1))).isFalse();
    String ofBob = signed(ours, new JWTClaimsSet.Builder(good).subject("bob").build(), key.bytes());
    refused("its user has changed", () -> token(ofBob));
    assertThat(signIn.kept()).as("the good one, and the password").isEqualTo(2);
  }

  private static JWTClaimsSet claims(
      Proof.Password proof, String issuer, String audience, Instant now) {
    return new JWTClaimsSet.Builder()
        .issuer(issuer)
        .audience(audience)
        .subject("alice")
        .claim("gen", proof.generation())
        .claim("auth_time", now.getEpochSecond())
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(600)))
        .build();
  }

  private static String signed(JWSHeader header, JWTClaimsSet claims, byte[] key) throws Exception {
    SignedJWT token = new SignedJWT(header, claims);
    token.sign(new MACSigner(key));
    return token.serialize();
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes());
  }

  // Roles.

  @Test
  void rolesAddUpAndOneThatIsGoneRefuses() throws Exception {
    access.role("analyst", Role.READ_ONLY);
    access.role("operator", Role.FULL);
    access.user("bob", "builder", "analyst", "operator");
    Admitted bob = password("bob", "builder");
    assertThat(bob.caller().role()).isEqualTo(Role.FULL);

    access.role("operator", Role.ADMIN);
    assertThat(signIn.isGood(bob.caller())).as("more is no reason to end").isTrue();
    assertThat(token(bob.token().orElseThrow()).caller().role()).isEqualTo(Role.ADMIN);

    access.role("operator", Role.READ_ONLY);
    assertThat(signIn.isGood(bob.caller())).isFalse();
    Admitted less = password("bob", "builder");
    assertThat(less.caller().role()).isEqualTo(Role.READ_ONLY);
    assertThat(signIn.isGood(less.caller())).isTrue();

    long before = signIn.revision();
    access.removeRole("analyst");
    assertThat(signIn.revision()).isNotEqualTo(before);
    assertThat(signIn.isGood(less.caller())).isFalse();
    refused("its user has changed", () -> token(bob.token().orElseThrow()));
    refused("name or password is wrong", () -> password("bob", "builder"));
  }

  // API tokens.

  @Test
  void apiTokensNarrowAndBeginAndEnd() throws Exception {
    Instant now = time.instant();
    ApiToken token =
        access.token(
            "alice",
            Optional.of(Role.READ_ONLY),
            Optional.of(now.plusSeconds(10)),
            Optional.of(now.plusSeconds(20)));
    refused("not valid before", () -> token(token.text()));
    time.pass(Duration.ofSeconds(10));
    Admitted in = token(token.text());
    assertThat(in.caller())
        .isEqualTo(new Caller("alice", Role.READ_ONLY, new Proof.ApiToken(token.id())));
    assertThat(in.token()).isEmpty();
    time.pass(Duration.ofSeconds(10));
    refused("has expired", () -> token(token.text()));
    assertThat(signIn.isGood(in.caller())).as("for what it began").isTrue();
    access.revoke(token);
    assertThat(signIn.isGood(in.caller())).isFalse();
  }

  @Test
  void apiTokensEndWithTheirOwnerAndNotWithItsPassword() throws Exception {
    ApiToken token = access.token("alice", Optional.empty(), Optional.empty(), Optional.empty());
    Caller caller = token(token.text()).caller();
    access.user("alice", "another one", "admin");
    assertThat(signIn.isGood(caller)).isTrue();
    assertThat(token(token.text()).caller().role()).isEqualTo(Role.ADMIN);
    access.user("alice", "another one", "read-only");
    assertThat(signIn.isGood(caller)).as("it may less").isFalse();
    access.disable("alice");
    refused("owner may not come in", () -> token(token.text()));
    access.remove("alice");
    refused("owner may not come in", () -> token(token.text()));
    assertThat(signIn.isGood(caller)).isFalse();
  }

  @Test
  void whatLooksLikeAnApiTokenIsRefusedInTheSameWords() throws Exception {
    ApiToken token = access.token("alice", Optional.empty(), Optional.empty(), Optional.empty());
    for (String bad :
        List.of(
            "mallard_",
            "mallard__",
            "mallard_" + token.id(),
            "mallard_" + token.id() + "_",
            token.text() + "x",
            token.text().toLowerCase(java.util.Locale.ROOT),
            new ApiToken("nobody", token.secret()).text(),
            "mallard_" + "x".repeat(5_000))) {
      refused("the token is not good, or has been revoked", () -> token(bad));
    }
  }

  @Test
  void nothingOfASecretIsInWhatIsSaid() throws Exception {
    ApiToken token = access.token("alice", Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(
            List.of(
                    token,
                    access.watch().rules(),
                    access.watch().key(),
                    access.watch().rules().users(),
                    new Credentials.Password("alice", "wonderland"),
                    password("alice", "wonderland"))
                .toString())
        .doesNotContain(token.secret(), "wonderland", "argon2");
  }
}

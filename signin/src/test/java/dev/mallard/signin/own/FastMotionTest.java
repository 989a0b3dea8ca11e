package dev.mallard.signin.own;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.access.Admitted;
import dev.mallard.access.Credentials;
import dev.mallard.access.Peer;
import dev.mallard.error.MallardException;
import dev.mallard.signin.files.ApiToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Half a day of sign-ins, and a week, in some seconds. */
class FastMotionTest {
  private static final int USERS = 12;

  @TempDir private Path folder;
  private final SettableTime time = new SettableTime();
  private final Random random = new Random(3);
  private final List<String> passwords = new ArrayList<>();
  private final List<String> tokens = new ArrayList<>();
  private TestAccess access;
  private LocalSignIn signIn;
  private final Instant[] signedIn = new Instant[USERS];
  private int refused;

  private Optional<Admitted> admit(Credentials shown, String address) {
    try {
      return Optional.of(
          signIn.admit(shown, new Peer(address, List.of())).toCompletableFuture().join());
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(MallardException.class);
      return Optional.empty();
    }
  }

  private Optional<Admitted> password(int user, String password) {
    return admit(new Credentials.Password("user" + user, password), "10.0.0." + user);
  }

  private Optional<Admitted> token(String token, int user) {
    return admit(new Credentials.Token(token), "10.0.0." + user);
  }

  private void setPassword(int user, String password) throws Exception {
    access.user("user" + user, password);
    passwords.set(user, password);
  }

  private void signInAnew(int user) {
    Optional<Admitted> in = password(user, passwords.get(user));
    assertThat(in).as("user%d signs in", user).isPresent();
    tokens.set(user, in.get().token().orElseThrow());
    signedIn[user] = time.instant();
  }

  @Test
  void nothingGrowsAndNobodyIsLockedOut() throws Exception {
    access = TestAccess.in(folder, time);
    signIn = new LocalSignIn(access.watch(), SessionTimes.DEFAULT, time, time);
    try {
      for (int i = 0; i < USERS; i++) {
        passwords.add("");
        tokens.add("");
        setPassword(i, "password " + i);
        signInAnew(i);
      }
      long most = 0;
      int minutes = 12 * 60;
      for (int minute = 1; minute <= minutes; minute++) {
        time.pass(Duration.ofMinutes(1));
        for (int i = 0; i < USERS; i++) {
          work(i, minute);
        }
        guess(minute);
        change(minute);
        most = Math.max(most, signIn.kept());
      }
      assertThat(most).as("what was kept at most").isLessThan(400);
      assertThat(refused).as("guesses").isEqualTo(minutes * 3);
      time.pass(Duration.ofHours(2));
      assertThat(signIn.kept()).as("after two quiet hours").isZero();
      assertThat(Files.list(folder).toList()).hasSize(4);
    } finally {
      signIn.close();
    }
  }

  /** Some keep their token, some send the password each time, some have an API token. */
  private void work(int user, int minute) throws Exception {
    switch (user % 4) {
      case 0 -> {
        Optional<Admitted> in = token(tokens.get(user), user);
        assertThat(in).as("user%d works with a token", user).isPresent();
        tokens.set(user, in.get().token().orElse(tokens.get(user)));
      }
      case 1 -> assertThat(password(user, passwords.get(user))).isPresent();
      case 2 -> {
        // Sleeps for longer than a session, then has to sign in again, and can.
        if (minute % 90 == 0) {
          Duration slept = Duration.between(signedIn[user], time.instant());
          assertThat(token(tokens.get(user), user).isEmpty()).isEqualTo(slept.toMinutes() > 60);
          signInAnew(user);
        }
      }
      default -> {
        if (minute % 10 == 0) {
          ApiToken made =
              access.token(
                  "user" + user,
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of(time.instant().plusSeconds(300)));
          assertThat(token(made.text(), user)).isPresent();
          access.revoke(made);
          assertThat(token(made.text(), user)).isEmpty();
        }
      }
    }
  }

  private void guess(int minute) {
    for (int i = 0; i < 3; i++) {
      String name = i == 0 ? "user1" : "name" + random.nextInt();
      String address = i == 2 ? "10.1.0." + random.nextInt(250) : "10.2.0.1";
      Credentials guess = new Credentials.Password(name, "guess" + minute);
      refused += admit(guess, address).isEmpty() ? 1 : 0;
    }
  }

  /** Passwords change, users come and go. */
  private void change(int minute) throws Exception {
    if (minute % 30 != 0) {
      return;
    }
    int user = random.nextInt(USERS);
    String old = tokens.get(user);
    setPassword(user, "password of minute " + minute);
    assertThat(token(old, user)).isEmpty();
    signInAnew(user);
    access.user("guest", "welcome " + minute);
    Credentials guest = new Credentials.Password("guest", "welcome " + minute);
    assertThat(admit(guest, "10.3.0.1")).isPresent();
    access.remove("guest");
    assertThat(admit(guest, "10.3.0.1")).isEmpty();
  }
}

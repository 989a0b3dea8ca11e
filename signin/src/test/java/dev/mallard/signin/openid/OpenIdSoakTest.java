package dev.mallard.signin.openid;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import dev.mallard.access.Caller;
import dev.mallard.signin.Users;
import dev.mallard.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Twelve hours in a moment: keys rotate each hour, tokens last for five minutes, the provider is
 * away now and then, and strangers try their own keys all the time.
 */
class OpenIdSoakTest {
  private static final int PEOPLE = 5;

  private final SettableClock clock = new SettableClock();
  private final Issuer issuer = Issuer.at(clock);
  private final ScriptedKeys source = new ScriptedKeys();
  private final OpenIdThreads threads = new OpenIdThreads();
  private final OpenIdTokens tokens =
      new OpenIdTokens(
          issuer.settings(new KeyLocation.Discovered()), Users.NONE, source, clock, threads);

  @AfterEach
  void close() {
    threads.close();
  }

  @Test
  void nobodyIsRefusedAndNothingGrowsInTwelveHours() {
    JWK stranger = Issuer.ec("stranger");
    JWK key = Issuer.ec("key-0");
    source.publish(key);
    List<String> shown = new ArrayList<>();
    long most = 0;
    for (int minute = 0; minute < 12 * 60; minute++) {
      if (minute % 60 == 30) {
        JWK next = Issuer.ec("key-" + minute);
        source.publish(key, next);
        key = next;
      }
      source.goAway(minute % 60 >= 50 && minute % 60 < 55);
      if (minute % 5 == 0) {
        shown = renewed(key, minute);
      }
      for (String token : shown) {
        Caller caller = tokens.admit(token).toCompletableFuture().join();
        assertThat(tokens.isGood(caller)).as("minute " + minute).isTrue();
      }
      tokens
          .admit(issuer.token(stranger, "alice"))
          .exceptionally(failure -> null)
          .toCompletableFuture()
          .join();
      clock.advance(Duration.ofMinutes(1));
      tokens.tick();
      threads.awaitReader();
      most = Math.max(most, tokens.remembered());
    }
    assertThat(most).isLessThanOrEqualTo(3 * PEOPLE);
    assertThat(source.reads()).isLessThanOrEqualTo(2 * 12 * 60);
  }

  private List<String> renewed(JWK key, int minute) {
    List<String> made = new ArrayList<>();
    for (int person = 0; person < PEOPLE; person++) {
      made.add(
          issuer.token(
              key,
              "person-" + person,
              claims ->
                  claims
                      .jwtID("at " + minute)
                      .expirationTime(
                          java.util.Date.from(clock.instant().plus(Duration.ofMinutes(5))))));
    }
    return made;
  }
}

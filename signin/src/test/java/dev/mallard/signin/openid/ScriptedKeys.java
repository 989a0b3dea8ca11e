package dev.mallard.signin.openid;

import com.nimbusds.jose.jwk.JWK;
import java.io.IOException;
import java.time.Duration;

/** Keys as a test sets them, counted. */
final class ScriptedKeys implements KeySource {
  private volatile JWK[] keys = {};
  private volatile boolean away;
  private volatile int reads;

  void publish(JWK... now) {
    keys = now;
  }

  void goAway(boolean isAway) {
    away = isAway;
  }

  int reads() {
    return reads;
  }

  @Override
  public KeySet read() throws IOException {
    reads++;
    if (away) {
      throw new IOException("away");
    }
    return KeySet.parse(Issuer.published(keys));
  }

  @Override
  public Duration interval() {
    return Duration.ofMinutes(1);
  }

  @Override
  public Duration patience() {
    return Duration.ofHours(24);
  }
}

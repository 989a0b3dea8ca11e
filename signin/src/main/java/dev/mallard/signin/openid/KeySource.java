package dev.mallard.signin.openid;

import java.io.IOException;
import java.time.Duration;

/** Reads the provider's keys, as they are now. */
interface KeySource {
  /**
   * May wait, for a limited time. Called by one thread at a time.
   *
   * @throws IOException with a message for the operator, if they cannot be had
   */
  KeySet read() throws IOException;

  /** How often they are looked at. */
  Duration interval();

  /** How long they are good, if they cannot be read any more. */
  Duration patience();
}

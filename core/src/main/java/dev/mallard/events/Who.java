package dev.mallard.events;

import dev.mallard.access.Caller;

/** Who makes a call, as far as that came out. */
public sealed interface Who {
  /** The door let it in. */
  record Admitted(Caller caller) implements Who {}

  /**
   * It was turned away.
   *
   * @param name that it came with, whatever that is
   */
  record Claimed(String name) implements Who {}

  /** It showed nothing that has a name, or was turned away before anybody looked. */
  record Unknown() implements Who {}
}

package dev.mallard.store;

import java.io.IOException;

/** What was to be kept does not fit; the message says beside what. */
public final class NoRoomException extends IOException {
  private static final long serialVersionUID = 1L;

  NoRoomException(String message) {
    super(message);
  }
}

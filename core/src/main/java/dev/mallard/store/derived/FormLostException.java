package dev.mallard.store.derived;

import java.io.IOException;

/** A form that was being read is not, or no longer, to be had; the source still is. */
final class FormLostException extends IOException {
  private static final long serialVersionUID = 1L;

  FormLostException(String message) {
    super(message);
  }
}

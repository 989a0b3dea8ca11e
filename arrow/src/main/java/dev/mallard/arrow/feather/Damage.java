package dev.mallard.arrow.feather;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The errors that a Feather file's own bytes can cause. */
final class Damage {
  private Damage() {}

  static MallardException of(String what) {
    return of(what, null);
  }

  static MallardException of(String what, @Nullable Throwable cause) {
    return new MallardException(
        ErrorCode.DATA_LOSS,
        "The Feather file is damaged: "
            + what
            + ". Store the dataset again or restore an earlier version of it.",
        cause);
  }

  /** The file is sound, but of another kind than its name says. */
  static MallardException notFeather(String what) {
    return new MallardException(
        ErrorCode.DATA_LOSS, "The file is not a Feather (Arrow IPC) file: " + what + ".");
  }

  /** The file is sound, but not for this server. */
  static MallardException unsupported(String what) {
    return new MallardException(
        ErrorCode.UNIMPLEMENTED, "The Feather file is not supported: " + what + ".");
  }

  /**
   * Runs {@code parse}, which reads flatbuffers that may be anything: whatever it trips over is
   * damage. The flatbuffer classes check nothing themselves but read through a ByteBuffer, which
   * does.
   */
  static <T> T guard(String what, Parse<T> parse) {
    try {
      return parse.run();
    } catch (MallardException e) {
      throw e;
    } catch (RuntimeException e) {
      throw of(what + " cannot be read", e);
    }
  }

  /**
   * Runs {@code work} that is written for valid messages on messages of a file, which somebody else
   * may have written: what it trips over is damage.
   */
  static void guardWork(String what, Work work) throws IOException {
    try {
      work.run();
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | ArithmeticException
        | NegativeArraySizeException e) {
      throw of(what + " is not valid", e);
    }
  }

  interface Work {
    void run() throws IOException;
  }

  interface Parse<T> {
    T run();
  }
}

package dev.mallard.store;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Turns what the file system says into what a client may read: no paths, the right code. */
public final class StorageErrors {
  private StorageErrors() {}

  /**
   * @param doing what was being done, e.g. {@code "storing dataset 'sales'"}
   */
  public static MallardException translate(String doing, IOException e) {
    if (isDiskFull(e)) {
      return new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          doing
              + ": the server's disk is full; free some space (drop datasets, delete the cache folder) and try again",
          e);
    }
    if (e instanceof NoSuchFileException) {
      return new MallardException(
          ErrorCode.NOT_FOUND, doing + ": the file is gone; list the datasets again", e);
    }
    if (e instanceof AccessDeniedException) {
      return new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          doing + ": the server may not use the file; check its owner and permissions",
          e);
    }
    if (e instanceof ClosedByInterruptException) {
      return new MallardException(ErrorCode.CANCELLED, doing + ": cancelled", e);
    }
    return new MallardException(
        ErrorCode.UNAVAILABLE,
        doing + ": the server's storage failed; see the server's log, then try again",
        e);
  }

  private static boolean isDiskFull(IOException e) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return text.contains("no space left")
        || text.contains("quota exceeded")
        || text.contains("not enough space");
  }
}

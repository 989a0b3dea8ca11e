package dev.mallard.parquet.internal.read;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import org.jspecify.annotations.Nullable;

/** The errors of reading: what a damaged or foreign file gives. */
final class DamagedFile {
  private DamagedFile() {}

  static MallardException of(String what) {
    return of(what, null);
  }

  static MallardException of(String what, @Nullable Throwable cause) {
    return new MallardException(
        ErrorCode.DATA_LOSS, what + "; replace the file with an intact one", cause);
  }

  static MallardException inColumn(String column, String what, @Nullable Throwable cause) {
    return of("the Parquet file is damaged in column '" + column + "': " + what, cause);
  }

  /** A file that is sound but uses something that this server does not read. */
  static MallardException unsupported(String what) {
    return new MallardException(
        ErrorCode.UNIMPLEMENTED, what + "; write the file again without it");
  }

  static MallardException noMemory(Throwable cause) {
    return new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED,
        "there is not enough memory to read a batch of this Parquet file; try again when less is"
            + " going on",
        cause);
  }
}

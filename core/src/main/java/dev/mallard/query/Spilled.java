package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.error.MallardException;

/**
 * What became of a stream that was to be moved out of the way. Whoever has it closes what there is
 * still to read; of what is not moved, that ends with the stream, and does not close it.
 */
sealed interface Spilled {
  /** All that there is still to read. */
  BatchStream rest();

  /** The stream has been read to its end. */
  record Whole(BatchStream rest) implements Spilled {}

  /** Its reader wanted it meanwhile. */
  record Interrupted(BatchStream rest) implements Spilled {}

  /** There was no room for more. */
  record NoRoom(BatchStream rest, MallardException why) implements Spilled {}
}

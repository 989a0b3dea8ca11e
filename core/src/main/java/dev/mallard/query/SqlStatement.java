package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.error.MallardException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A statement that was prepared on a connection. One thread at a time. */
public interface SqlStatement extends AutoCloseable {
  /**
   * Whether it only reads: then it may run when its result is read, and any number of times.
   * Otherwise it must run exactly once.
   */
  boolean isQuery();

  /**
   * Whether another run gives the same and changes nothing, not even a sequence: then it may run
   * again if it was cut short. If in doubt it is not.
   */
  default boolean isRepeatable() {
    return false;
  }

  /**
   * Whether it still means what its text would mean if it were prepared now: its datasets have not
   * been replaced since.
   */
  boolean isCurrent();

  /**
   * Of the result, in message form; of an update its count. Never empty. What is bound may decide
   * types: before, they are those that fit {@link #parameters}.
   */
  Schema schema();

  /**
   * A field for each parameter, in order; where nothing is said of its type, one that fits in its
   * place. Other types may be bound.
   */
  Schema parameters();

  /**
   * Sets all parameters from a row of vectors, which are without dictionaries and may change
   * afterwards. Holds until the next binding, or {@link #unbind}.
   *
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT if there are more or fewer than
   *     parameters, or a value does not fit
   */
  void bind(VectorSchemaRoot rows, int row);

  /** Forgets what is bound. */
  void unbind();

  /**
   * Runs it and streams its result (for an update without one its count). The stream must be closed
   * before the connection is used again; it does not close the statement.
   *
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT if it has parameters and none are
   *     bound
   */
  BatchStream run();

  /**
   * As {@link #run} if it {@link #isCurrent}.
   *
   * @return null if it is not: then nothing was run
   */
  default @Nullable BatchStream runIfCurrent() {
    try {
      if (!isCurrent()) {
        return null;
      }
    } catch (MallardException e) {
      return null; // Who prepares it anew is told why.
    }
    return run();
  }

  /** Runs it and says how many rows it changed, −1 for a statement that has no such number. */
  long update();

  @Override
  void close();
}

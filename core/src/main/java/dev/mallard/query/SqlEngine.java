package dev.mallard.query;

import java.util.Set;

/**
 * What runs SQL. The engine resolves names against the datasets and its own tables, refuses what
 * users may not do, and turns its errors into {@link dev.mallard.error.MallardException}s.
 * Thread-safe; what it gives is not.
 */
public interface SqlEngine extends AutoCloseable {
  /**
   * A connection of the caller's own. Cheap.
   *
   * @throws dev.mallard.error.MallardException if the options name what is not there or not safe
   */
  SqlConnection connect(SessionOptions options);

  SqlMetadata metadata();

  /** The settings that a session may make. */
  Set<String> settings();

  /** How it is. Any thread; waits for nobody. */
  default EngineState state() {
    return EngineState.IN_PROCESS;
  }

  /** Lets go of what nobody needs any more, such as files of replaced datasets; now and then. */
  void tidy();

  /**
   * There is no room for something: lets go of files in the cache that no statement reads at the
   * moment. Any thread; waits for nobody.
   */
  void giveWay();

  @Override
  void close();
}

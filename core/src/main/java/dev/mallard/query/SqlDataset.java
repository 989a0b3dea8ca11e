package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.error.MallardException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One version of a dataset, for an engine. Its files stay where they are, and are this version's,
 * until this and every other hold of it are closed, whatever becomes of the dataset. Thread-safe.
 *
 * <p>Where files have to be made first they are there from the beginning, with the columns that
 * they will have and no rows: good enough to learn the columns' types from. Their rows are there
 * after {@link #makeReady}, under the same names.
 */
public interface SqlDataset extends AutoCloseable {
  /** As it was opened. */
  DatasetTable name();

  String version();

  /** As it was put, with the columns that folders' names add. */
  Schema schema();

  /**
   * Parquet, in the order of the rows, at least one; without the {@link #missing} columns. Not to
   * be written.
   */
  List<Path> files();

  /** The columns whose values are in the files' paths, as {@code key=value}; usually none. */
  List<Field> partitionColumns();

  /**
   * The columns that the files do not have, and why, as in {@code union}.
   *
   * @return by index in {@link #schema()}
   */
  Map<Integer, String> missing();

  /**
   * The columns that the files have, but not with their values, because there is at least one that
   * Parquet cannot hold, and why. Known once this is ready.
   *
   * @return by index in {@link #schema()}
   */
  Map<Integer, String> blank();

  /** Whether the rows are in the files. */
  boolean isReady();

  /**
   * Makes the files' rows, which may take long; once for all who wait for it. Does nothing if this
   * is ready.
   *
   * @param cancellation ends the wait at once; the work, too, if nobody else waits for it
   * @throws MallardException RESOURCE_EXHAUSTED if there is no room; DATA_LOSS if the dataset is
   *     damaged
   */
  void makeReady(Cancellation cancellation);

  /**
   * Whether the files are still what they were. Somebody who writes into a dataset's file instead
   * of replacing it changes this version, too.
   */
  boolean isIntact();

  /**
   * All rows as the dataset's own messages, for a query that asks for no more than that.
   *
   * @return empty if they can only be had from the files: the version has been replaced and pruned
   */
  Optional<BatchStream> read();

  /** What its files are beside the dataset's own. */
  enum Form {
    /** Nothing else: they take no room. */
    NONE,
    /** Made of it and kept in the cache, whose room they take for as long as they are held. */
    KEPT,
    /** Made of it for those who hold it, and not to be kept for others. */
    TEMPORARY
  }

  Form form();

  /** Whether nobody but the one who asks holds it. */
  boolean isIdle();

  /** Another hold of the same version. */
  SqlDataset hold();

  /** Once or more often; the last hold to be closed gives the files back. */
  @Override
  void close();
}

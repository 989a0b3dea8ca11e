package dev.mallard.engine.link;

import dev.mallard.error.ErrorCode;
import dev.mallard.query.ForeignKey;
import dev.mallard.query.PrimaryKey;
import dev.mallard.query.SchemaName;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** What the engine says to a {@link Request}. */
public sealed interface Answer extends Said {
  record Done() implements Answer {}

  record Failed(ErrorCode code, String message) implements Answer {}

  record Flag(boolean yes) implements Answer {}

  record Count(long rows) implements Answer {}

  record Fraction(double done) implements Answer {}

  record SchemaIs(Schema schema) implements Answer {}

  /**
   * @param query whether it only reads
   * @param repeatable whether running it again gives the same result and changes nothing
   * @param parameters null if they cannot be told
   * @param schema null if it is not known before something is bound, or cannot be told
   */
  record Prepared(
      long statement,
      boolean query,
      boolean repeatable,
      @Nullable Schema parameters,
      @Nullable Schema schema)
      implements Answer {}

  /** Nothing was run: the statement would have to be prepared again. */
  record Outdated() implements Answer {}

  /**
   * A result, with its first message. If that is whole and has no place, nothing is left to be
   * closed.
   *
   * @param empty whether there is none
   * @param whole whether there are no more
   */
  record Running(Schema schema, boolean empty, boolean whole, @Nullable Place place)
      implements Answer {}

  /**
   * The result is that of a dataset, which the server reads itself.
   *
   * @param stream as the server has named it
   */
  record Passed(long stream, Schema schema) implements Answer {}

  /**
   * With the next message of a result.
   *
   * @param place where its body is; null if it came with it
   */
  record Batch(@Nullable Place place) implements Answer {}

  /** There is no more. */
  record End() implements Answer {}

  /**
   * A body in a file.
   *
   * @param number which of the line's two files
   * @param file its name, when it is new: it is open on the engine's side, and the server opens it
   *     and then deletes the name
   */
  record Place(int number, @Nullable String file, long length) {}

  record Texts(List<String> texts) implements Answer {}

  record Schemas(List<SchemaName> schemas) implements Answer {}

  record Tables(List<Table> tables) implements Answer {}

  record Table(String catalog, String schema, String name, String type, Schema columns) {}

  record PrimaryKeys(List<PrimaryKey> keys) implements Answer {}

  record ForeignKeys(List<ForeignKey> keys) implements Answer {}
}

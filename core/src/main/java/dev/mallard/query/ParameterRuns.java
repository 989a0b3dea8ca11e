package dev.mallard.query;

import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Runs a statement once for each row of parameters; the results of a query follow one another.
 * Closes neither the statement nor anything else but its own vectors and the result that is open.
 */
final class ParameterRuns implements BatchStream {
  private final SqlStatement statement;
  private final BatchStream parameters;
  private final BatchLoader loader;
  private final Schema schema;
  private @Nullable VectorSchemaRoot rows;
  private int row;

  /** For messages. */
  private long runs;

  private BatchStream result;
  private boolean ended;
  private @Nullable RuntimeException failure;

  /**
   * @throws MallardException INVALID_ARGUMENT if there is no row
   */
  ParameterRuns(SqlStatement statement, StoredBatches stored, BufferAllocator allocator) {
    this.statement = statement;
    this.parameters = stored.stream(allocator);
    this.loader = new BatchLoader(stored.schema(), allocator);
    try (Closer onFailure = new Closer()) {
      onFailure.add(loader);
      onFailure.add(statement, SqlStatement::unbind);
      if (!bindNext()) {
        throw MallardException.invalid("parameters: there is no row of them; bind at least one");
      }
      this.result = onFailure.add(statement.run());
      this.schema = result.schema();
      onFailure.release();
    }
  }

  /** The schema of the result with the first row bound; nothing stays bound. */
  static Schema schema(SqlStatement statement, StoredBatches stored, BufferAllocator allocator) {
    BatchStream parameters = stored.stream(allocator);
    try (BatchLoader loader = new BatchLoader(stored.schema(), allocator)) {
      IpcMessage message;
      while ((message = parameters.next()) != null) {
        try (IpcMessage batch = message) {
          VectorSchemaRoot root = loader.load(batch);
          if (root != null && root.getRowCount() > 0) {
            statement.bind(root, 0);
            return statement.schema();
          }
        }
      }
      return statement.schema();
    } catch (IOException e) {
      throw StorageErrors.translate("reading parameters", e);
    } finally {
      statement.unbind();
    }
  }

  /** Runs an update for each row and adds up the changes. */
  static long update(
      SqlStatement statement,
      StoredBatches stored,
      BufferAllocator allocator,
      Cancellation cancellation) {
    long changed = 0;
    BatchStream parameters = stored.stream(allocator);
    try (BatchLoader loader = new BatchLoader(stored.schema(), allocator)) {
      IpcMessage message;
      while ((message = parameters.next()) != null) {
        try (IpcMessage batch = message) {
          VectorSchemaRoot root = loader.load(batch);
          for (int i = 0; root != null && i < root.getRowCount(); i++) {
            cancellation.check();
            statement.bind(root, i);
            changed += Math.max(0, statement.update());
          }
        }
      }
      return changed;
    } catch (IOException e) {
      throw StorageErrors.translate("reading parameters", e);
    }
  }

  private boolean bindNext() {
    try {
      while (rows == null || row >= rows.getRowCount()) {
        IpcMessage message = parameters.next();
        if (message == null) {
          return false;
        }
        try (IpcMessage batch = message) {
          rows = loader.load(batch);
          row = 0;
        }
      }
      statement.bind(rows, row++);
      runs++;
      return true;
    } catch (IOException e) {
      throw StorageErrors.translate("reading parameters", e);
    }
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public @Nullable IpcMessage next() {
    if (failure != null) {
      throw failure; // Not the end, whoever asks again.
    }
    try {
      return nextOfAll();
    } catch (IOException e) {
      failure = StorageErrors.translate("reading a result", e);
    } catch (RuntimeException e) {
      failure = e;
    }
    throw failure;
  }

  private @Nullable IpcMessage nextOfAll() throws IOException {
    while (!ended) {
      IpcMessage message = result.next();
      if (message != null) {
        return message;
      }
      result.close();
      if (bindNext()) {
        result = statement.run();
        requireSameTypes();
      } else {
        ended = true;
      }
    }
    return null;
  }

  /** The results are one stream. */
  private void requireSameTypes() {
    List<Field> first = schema.getFields();
    List<Field> now = result.schema().getFields();
    for (int i = 0; i < first.size(); i++) {
      if (now.size() != first.size() || !now.get(i).getType().equals(first.get(i).getType())) {
        throw MallardException.invalid(
            "parameters: row %d makes column '%s' of type %s, which is %s with the first; cast the parameter in the statement"
                .formatted(
                    runs,
                    first.get(i).getName(),
                    now.size() == first.size() ? now.get(i).getType() : "nothing",
                    first.get(i).getType()));
      }
    }
  }

  @Override
  public void close() {
    try (loader) {
      result.close();
    } finally {
      statement.unbind();
    }
  }
}

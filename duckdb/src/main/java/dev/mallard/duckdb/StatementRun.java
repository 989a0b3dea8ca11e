package dev.mallard.duckdb;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.duckdb.fence.StatementKind;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.sql.SQLException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBResultSet;
import org.duckdb.RunningQuery;

/** One run of what was bound, with its parameters set. */
final class StatementRun {
  private final DuckConnection connection;
  private final StatementKind kind;
  private final Bound bound;
  private final DuckConnection.ParameterSetter parameters;

  /**
   * @param parameters sets them on another statement of the same text
   */
  StatementRun(
      DuckConnection connection,
      StatementKind kind,
      Bound bound,
      DuckConnection.ParameterSetter parameters) {
    this.connection = connection;
    this.kind = kind;
    this.bound = bound;
    this.parameters = parameters;
  }

  private boolean isQuery() {
    return kind == StatementKind.QUERY || kind == StatementKind.EXPLAIN;
  }

  /** As SQLException those that may come of being bound anew; others in our words. */
  BatchStream rows(Schema schema) throws SQLException, IOException {
    connection.setStreaming(isQuery());
    try {
      if (isQuery()) {
        bound.statement().execute();
      } else {
        connection.writing(bound.statement()::execute);
      }
    } catch (SQLException e) {
      throw explained(e);
    }
    return result(schema);
  }

  private BatchStream result(Schema schema) throws SQLException, IOException {
    DuckDBResultSet rows = (DuckDBResultSet) bound.statement().getResultSet();
    return kind == StatementKind.EXPLAIN
        ? ExplainText.of(rows, schema, connection.allocator(), connection.errors())
        : new DuckStream(rows, connection, BatchSize.rows(schema), this::translate);
  }

  /**
   * The driver loses the text of an error that comes before the first row of a streamed result, and
   * the statement with it. Its other way to run a statement keeps the text, so a query is run again
   * up to that error.
   */
  private SQLException explained(SQLException lost) throws SQLException {
    if (!isQuery() || !DuckErrors.text(lost).contains("Invalid result set")) {
      return lost;
    }
    connection.checkCancelled();
    try (DuckDBPreparedStatement again = connection.jdbc().prepare(bound.sql())) {
      parameters.set(again);
      again.query().close();
    } catch (SQLException told) {
      return told;
    }
    throw new MallardException(
        ErrorCode.UNAVAILABLE, "SQL: the statement failed for lack of resources; try again", lost);
  }

  /**
   * @return how many rows it changed; −1 if there is no such number
   */
  long update(Schema schema) throws SQLException, IOException {
    connection.setStreaming(false);
    DuckDBPreparedStatement statement = bound.statement();
    return switch (RunningQuery.returnType(statement)) {
      case QUERY_RESULT ->
          connection.writing(statement::execute)
              ? count(result(schema))
              : statement.getLargeUpdateCount();
      case CHANGED_ROWS -> connection.writing(statement::executeLargeUpdate);
      default -> {
        connection.writing(statement::execute);
        yield -1;
      }
    };
  }

  private static long count(BatchStream result) throws IOException {
    try (result) {
      long rows = 0;
      IpcMessage message;
      while ((message = result.next()) != null) {
        rows += message.rows();
        message.close();
      }
      return rows;
    }
  }

  MallardException translate(Throwable error) {
    return connection.errors().translate(error, bound.hold().datasets());
  }
}

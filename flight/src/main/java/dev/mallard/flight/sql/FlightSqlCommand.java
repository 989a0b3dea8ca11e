package dev.mallard.flight.sql;

import dev.mallard.query.IngestTarget;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Flight SQL command, decoded. Which calls it is for is in its type: {@link Query} and {@link
 * Metadata} are asked about and read; {@link Update} comes with a DoPut.
 *
 * @see <a href="https://arrow.apache.org/docs/format/FlightSql.html">Arrow Flight SQL</a>
 */
public sealed interface FlightSqlCommand {
  /** Has rows as its result, which the engine computes. */
  sealed interface Query extends FlightSqlCommand {}

  /** Comes with a DoPut. */
  sealed interface Update extends FlightSqlCommand {}

  /** Asks for what there is; see {@link MetadataAnswers}. */
  sealed interface Metadata extends FlightSqlCommand {}

  record StatementQuery(String sql, @Nullable String transaction) implements Query {}

  /** A query; with DoPut it binds the parameters. */
  record PreparedStatementQuery(String handle) implements Query, Update {}

  record StatementUpdate(String sql, @Nullable String transaction) implements Update {}

  record PreparedStatementUpdate(String handle) implements Update {}

  record StatementIngest(IngestTarget target, @Nullable String transaction) implements Update {}

  record Catalogs() implements Metadata {}

  /** A null filter lets everything through; an empty catalog stands for those without one. */
  record DbSchemas(@Nullable String catalog, @Nullable String schemaPattern) implements Metadata {}

  /**
   * @param types empty for all
   */
  record Tables(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String tablePattern,
      Set<String> types,
      boolean includeSchema)
      implements Metadata {}

  record TableTypes() implements Metadata {}

  record PrimaryKeys(TableRef table) implements Metadata {}

  record ImportedKeys(TableRef foreignTable) implements Metadata {}

  record ExportedKeys(TableRef primaryTable) implements Metadata {}

  record CrossReference(TableRef primaryTable, TableRef foreignTable) implements Metadata {}

  /**
   * @param dataType null for all
   */
  record XdbcTypeInfo(@Nullable Integer dataType) implements Metadata {}

  /**
   * @param codes empty for all
   */
  record SqlInfo(Set<Integer> codes) implements Metadata {}
}

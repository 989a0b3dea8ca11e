package dev.mallard.flight.sql;

import dev.mallard.arrow.BatchStream;
import dev.mallard.query.SqlMetadata;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Answers Flight SQL's metadata commands: what catalogs, schemas, tables, keys and types there are,
 * and what the server can do. Thread-safe.
 */
public final class MetadataAnswers {
  /** How one kind of command is answered. */
  private record Answer<C>(
      Class<C> type, Function<C, Schema> schema, Function<C, BatchStream> stream) {
    Schema schemaOf(FlightSqlCommand.Metadata command) {
      return schema.apply(type.cast(command));
    }

    BatchStream open(FlightSqlCommand.Metadata command) {
      return stream.apply(type.cast(command));
    }
  }

  private final Map<Class<?>, Answer<?>> answers = new HashMap<>();

  /**
   * @param metadata asked once for each answer
   * @param begins whether the client that asks begins transactions
   */
  public MetadataAnswers(
      Supplier<SqlMetadata> metadata,
      ServerFacts facts,
      BooleanSupplier begins,
      BufferAllocator allocator) {
    TableAnswers tables = new TableAnswers(metadata, allocator);
    KeyAnswers keys = new KeyAnswers(metadata, allocator);
    XdbcTypeAnswers types = new XdbcTypeAnswers(allocator);
    SqlInfoAnswers infos = new SqlInfoAnswers(metadata, facts, begins, allocator);
    add(FlightSqlCommand.Catalogs.class, MetadataSchemas.CATALOGS, c -> tables.catalogs());
    add(FlightSqlCommand.DbSchemas.class, MetadataSchemas.DB_SCHEMAS, tables::schemas);
    add(FlightSqlCommand.Tables.class, TableAnswers::schemaOf, tables::tables);
    add(FlightSqlCommand.TableTypes.class, MetadataSchemas.TABLE_TYPES, c -> tables.types());
    add(FlightSqlCommand.PrimaryKeys.class, MetadataSchemas.PRIMARY_KEYS, keys::primary);
    add(FlightSqlCommand.ImportedKeys.class, MetadataSchemas.FOREIGN_KEYS, keys::imported);
    add(FlightSqlCommand.ExportedKeys.class, MetadataSchemas.FOREIGN_KEYS, keys::exported);
    add(FlightSqlCommand.CrossReference.class, MetadataSchemas.FOREIGN_KEYS, keys::between);
    add(FlightSqlCommand.XdbcTypeInfo.class, MetadataSchemas.XDBC_TYPE_INFO, types::types);
    add(FlightSqlCommand.SqlInfo.class, MetadataSchemas.SQL_INFO, infos::infos);
  }

  private <C> void add(Class<C> type, Schema schema, Function<C, BatchStream> stream) {
    add(type, command -> schema, stream);
  }

  private <C> void add(Class<C> type, Function<C, Schema> schema, Function<C, BatchStream> stream) {
    answers.put(type, new Answer<>(type, schema, stream));
  }

  /** The answer's schema, which is the specification's; asks nobody. */
  public Schema schema(FlightSqlCommand.Metadata command) {
    return answer(command).schemaOf(command);
  }

  /** The answer; may block while the engine is asked. */
  public BatchStream open(FlightSqlCommand.Metadata command) {
    return answer(command).open(command);
  }

  private Answer<?> answer(FlightSqlCommand.Metadata command) {
    return Objects.requireNonNull(answers.get(command.getClass()));
  }
}

package dev.mallard.flight.sql;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.IngestTarget;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.jspecify.annotations.Nullable;

/** Decodes Flight SQL's commands, which are protobuf messages inside a {@code Any}. Stateless. */
public final class FlightSqlDecoder {
  private static final String NAMESPACE = "arrow.flight.protocol.sql.";

  /** What every {@code Any} that packs a message begins its type URL with. */
  private static final String TYPE_URL = "type.googleapis.com/";

  /** Decodes the message inside the {@code Any}. */
  private interface Decoding {
    FlightSqlCommand decode(ByteString message) throws InvalidProtocolBufferException;
  }

  private static final Map<String, Decoding> COMMANDS =
      Map.ofEntries(
          Map.entry("CommandStatementQuery", FlightSqlDecoder::statementQuery),
          Map.entry("CommandStatementSubstraitPlan", FlightSqlDecoder::substrait),
          Map.entry("CommandPreparedStatementQuery", FlightSqlDecoder::preparedQuery),
          Map.entry("CommandStatementUpdate", FlightSqlDecoder::statementUpdate),
          Map.entry("CommandPreparedStatementUpdate", FlightSqlDecoder::preparedUpdate),
          Map.entry("CommandStatementIngest", FlightSqlDecoder::ingest),
          Map.entry("CommandGetCatalogs", message -> new FlightSqlCommand.Catalogs()),
          Map.entry("CommandGetDbSchemas", FlightSqlDecoder::dbSchemas),
          Map.entry("CommandGetTables", FlightSqlDecoder::tables),
          Map.entry("CommandGetTableTypes", message -> new FlightSqlCommand.TableTypes()),
          Map.entry("CommandGetPrimaryKeys", FlightSqlDecoder::primaryKeys),
          Map.entry("CommandGetImportedKeys", FlightSqlDecoder::importedKeys),
          Map.entry("CommandGetExportedKeys", FlightSqlDecoder::exportedKeys),
          Map.entry("CommandGetCrossReference", FlightSqlDecoder::crossReference),
          Map.entry("CommandGetXdbcTypeInfo", FlightSqlDecoder::xdbcTypeInfo),
          Map.entry("CommandGetSqlInfo", FlightSqlDecoder::sqlInfo));

  private FlightSqlDecoder() {}

  /**
   * @param command a descriptor's command, or a ticket
   * @return empty if it is no packed protobuf message at all, so that it may be text
   * @throws MallardException INVALID_ARGUMENT or UNIMPLEMENTED, naming the command
   */
  public static Optional<FlightSqlCommand> decode(ByteString command) {
    Any any;
    try {
      any = Any.parseFrom(command);
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
    if (!any.getTypeUrl().startsWith(TYPE_URL)) {
      return Optional.empty();
    }
    String type = any.getTypeUrl().substring(TYPE_URL.length());
    String name = type.startsWith(NAMESPACE) ? type.substring(NAMESPACE.length()) : "";
    Decoding decoding = COMMANDS.get(name);
    if (decoding == null) {
      throw new MallardException(
          ErrorCode.UNIMPLEMENTED, "command: this server does not know '" + type + "'");
    }
    try {
      return Optional.of(decoding.decode(any.getValue()));
    } catch (InvalidProtocolBufferException e) {
      throw new MallardException(
          ErrorCode.INVALID_ARGUMENT, "command: damaged " + name + " message", e);
    }
  }

  /** A transaction's id, or null if it is not given. */
  public static @Nullable String id(boolean given, ByteString id) {
    return given && !id.isEmpty() ? id.toStringUtf8() : null;
  }

  private static FlightSqlCommand statementQuery(ByteString message)
      throws InvalidProtocolBufferException {
    var command = FlightSql.CommandStatementQuery.parseFrom(message);
    return new FlightSqlCommand.StatementQuery(
        command.getQuery(), id(command.hasTransactionId(), command.getTransactionId()));
  }

  private static FlightSqlCommand substrait(ByteString message) {
    throw new MallardException(
        ErrorCode.UNIMPLEMENTED,
        "CommandStatementSubstraitPlan: this server runs no Substrait plans; send SQL");
  }

  private static FlightSqlCommand preparedQuery(ByteString message)
      throws InvalidProtocolBufferException {
    var command = FlightSql.CommandPreparedStatementQuery.parseFrom(message);
    return new FlightSqlCommand.PreparedStatementQuery(
        command.getPreparedStatementHandle().toStringUtf8());
  }

  private static FlightSqlCommand statementUpdate(ByteString message)
      throws InvalidProtocolBufferException {
    var command = FlightSql.CommandStatementUpdate.parseFrom(message);
    return new FlightSqlCommand.StatementUpdate(
        command.getQuery(), id(command.hasTransactionId(), command.getTransactionId()));
  }

  private static FlightSqlCommand preparedUpdate(ByteString message)
      throws InvalidProtocolBufferException {
    var command = FlightSql.CommandPreparedStatementUpdate.parseFrom(message);
    return new FlightSqlCommand.PreparedStatementUpdate(
        command.getPreparedStatementHandle().toStringUtf8());
  }

  private static FlightSqlCommand ingest(ByteString message) throws InvalidProtocolBufferException {
    var command = FlightSql.CommandStatementIngest.parseFrom(message);
    if (command.getTable().isEmpty()) {
      throw MallardException.invalid("CommandStatementIngest: it names no table");
    }
    TableDefinitionOptions options = command.getTableDefinitionOptions();
    IngestTarget target =
        new IngestTarget(
            text(command::hasCatalog, command::getCatalog),
            text(command::hasSchema, command::getSchema),
            command.getTable(),
            ifExists(options.getIfExists()),
            ifMissing(options.getIfNotExist()),
            command.getTemporary());
    return new FlightSqlCommand.StatementIngest(
        target, id(command.hasTransactionId(), command.getTransactionId()));
  }

  private static IngestTarget.IfExists ifExists(TableExistsOption option) {
    return switch (option) {
      case TABLE_EXISTS_OPTION_FAIL -> IngestTarget.IfExists.FAIL;
      case TABLE_EXISTS_OPTION_APPEND -> IngestTarget.IfExists.APPEND;
      case TABLE_EXISTS_OPTION_REPLACE -> IngestTarget.IfExists.REPLACE;
      case TABLE_EXISTS_OPTION_UNSPECIFIED, UNRECOGNIZED ->
          throw MallardException.invalid(
              "CommandStatementIngest: if_exists is not set (expected: FAIL, APPEND or REPLACE)");
    };
  }

  private static IngestTarget.IfMissing ifMissing(TableNotExistOption option) {
    return switch (option) {
      case TABLE_NOT_EXIST_OPTION_CREATE -> IngestTarget.IfMissing.CREATE;
      case TABLE_NOT_EXIST_OPTION_FAIL -> IngestTarget.IfMissing.FAIL;
      case TABLE_NOT_EXIST_OPTION_UNSPECIFIED, UNRECOGNIZED ->
          throw MallardException.invalid(
              "CommandStatementIngest: if_not_exist is not set (expected: CREATE or FAIL)");
    };
  }

  private static FlightSqlCommand dbSchemas(ByteString message)
      throws InvalidProtocolBufferException {
    var command = FlightSql.CommandGetDbSchemas.parseFrom(message);
    return new FlightSqlCommand.DbSchemas(
        text(command::hasCatalog, command::getCatalog),
        text(command::hasDbSchemaFilterPattern, command::getDbSchemaFilterPattern));
  }

  private static FlightSqlCommand tables(ByteString message) throws InvalidProtocolBufferException {
    var command = FlightSql.CommandGetTables.parseFrom(message);
    return new FlightSqlCommand.Tables(
        text(command::hasCatalog, command::getCatalog),
        text(command::hasDbSchemaFilterPattern, command::getDbSchemaFilterPattern),
        text(command::hasTableNameFilterPattern, command::getTableNameFilterPattern),
        Set.copyOf(new HashSet<>(command.getTableTypesList())),
        command.getIncludeSchema());
  }

  private static FlightSqlCommand primaryKeys(ByteString message)
      throws InvalidProtocolBufferException {
    var command = FlightSql.CommandGetPrimaryKeys.parseFrom(message);
    return new FlightSqlCommand.PrimaryKeys(
        new TableRef(
            text(command::hasCatalog, command::getCatalog),
            text(command::hasDbSchema, command::getDbSchema),
            command.getTable()));
  }

  private static FlightSqlCommand importedKeys(ByteString message)
      throws InvalidProtocolBufferException {
    var command = FlightSql.CommandGetImportedKeys.parseFrom(message);
    return new FlightSqlCommand.ImportedKeys(
        new TableRef(
            text(command::hasCatalog, command::getCatalog),
            text(command::hasDbSchema, command::getDbSchema),
            command.getTable()));
  }

  private static FlightSqlCommand exportedKeys(ByteString message)
      throws InvalidProtocolBufferException {
    var command = FlightSql.CommandGetExportedKeys.parseFrom(message);
    return new FlightSqlCommand.ExportedKeys(
        new TableRef(
            text(command::hasCatalog, command::getCatalog),
            text(command::hasDbSchema, command::getDbSchema),
            command.getTable()));
  }

  private static FlightSqlCommand crossReference(ByteString message)
      throws InvalidProtocolBufferException {
    var command = FlightSql.CommandGetCrossReference.parseFrom(message);
    return new FlightSqlCommand.CrossReference(
        new TableRef(
            text(command::hasPkCatalog, command::getPkCatalog),
            text(command::hasPkDbSchema, command::getPkDbSchema),
            command.getPkTable()),
        new TableRef(
            text(command::hasFkCatalog, command::getFkCatalog),
            text(command::hasFkDbSchema, command::getFkDbSchema),
            command.getFkTable()));
  }

  private static FlightSqlCommand xdbcTypeInfo(ByteString message)
      throws InvalidProtocolBufferException {
    var command = FlightSql.CommandGetXdbcTypeInfo.parseFrom(message);
    return new FlightSqlCommand.XdbcTypeInfo(
        command.hasDataType() ? Integer.valueOf(command.getDataType()) : null);
  }

  private static FlightSqlCommand sqlInfo(ByteString message)
      throws InvalidProtocolBufferException {
    var command = FlightSql.CommandGetSqlInfo.parseFrom(message);
    return new FlightSqlCommand.SqlInfo(Set.copyOf(new HashSet<>(command.getInfoList())));
  }

  private static @Nullable String text(BooleanSupplier given, Supplier<String> value) {
    return given.getAsBoolean() ? value.get() : null;
  }
}

package dev.mallard.server;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.jspecify.annotations.Nullable;

/** Flight SQL's commands, about the matrix's data and handles. */
final class MatrixCommands {
  private MatrixCommands() {}

  /** All kinds that the server knows, each by the name of its record. */
  static Map<String, List<Function<MatrixHandles, ByteString>>> all() {
    Map<String, List<Function<MatrixHandles, ByteString>>> all = new TreeMap<>();
    all.put(
        "StatementQuery",
        List.of(
            handles -> query("SELECT * FROM " + handles.dataset(), null),
            handles -> query("SELECT * FROM " + handles.table(), null),
            handles -> query("SELECT 1", handles.transaction())));
    all.put("PreparedStatementQuery", List.of(handles -> preparedQuery(handles.prepared())));
    all.put(
        "StatementUpdate",
        List.of(
            handles -> update("DELETE FROM " + handles.table(), null),
            handles -> update("DELETE FROM " + handles.table(), handles.transaction())));
    all.put(
        "PreparedStatementUpdate", List.of(handles -> preparedUpdate(handles.preparedUpdate())));
    all.put(
        "StatementIngest",
        List.of(
            handles -> ingest(handles.table(), null),
            handles -> ingest(handles.table(), handles.transaction())));
    all.put("Catalogs", plain(FlightSql.CommandGetCatalogs.getDefaultInstance()));
    all.put("DbSchemas", plain(FlightSql.CommandGetDbSchemas.getDefaultInstance()));
    all.put(
        "Tables", plain(FlightSql.CommandGetTables.newBuilder().setIncludeSchema(true).build()));
    all.put("TableTypes", plain(FlightSql.CommandGetTableTypes.getDefaultInstance()));
    all.put("XdbcTypeInfo", plain(FlightSql.CommandGetXdbcTypeInfo.getDefaultInstance()));
    all.put("SqlInfo", plain(FlightSql.CommandGetSqlInfo.getDefaultInstance()));
    all.put(
        "PrimaryKeys",
        List.of(h -> packed(FlightSql.CommandGetPrimaryKeys.newBuilder().setTable(h.table()))));
    all.put(
        "ImportedKeys",
        List.of(h -> packed(FlightSql.CommandGetImportedKeys.newBuilder().setTable(h.table()))));
    all.put(
        "ExportedKeys",
        List.of(h -> packed(FlightSql.CommandGetExportedKeys.newBuilder().setTable(h.table()))));
    all.put(
        "CrossReference",
        List.of(
            h ->
                packed(
                    FlightSql.CommandGetCrossReference.newBuilder()
                        .setPkTable(h.table())
                        .setFkTable(h.table()))));
    return all;
  }

  private static List<Function<MatrixHandles, ByteString>> plain(Message command) {
    return List.of(handles -> Any.pack(command).toByteString());
  }

  private static ByteString packed(Message.Builder command) {
    return Any.pack(command.build()).toByteString();
  }

  static ByteString query(String sql, @Nullable String transaction) {
    var command = FlightSql.CommandStatementQuery.newBuilder().setQuery(sql);
    if (transaction != null) {
      command.setTransactionId(ByteString.copyFromUtf8(transaction));
    }
    return packed(command);
  }

  static ByteString update(String sql, @Nullable String transaction) {
    var command = FlightSql.CommandStatementUpdate.newBuilder().setQuery(sql);
    if (transaction != null) {
      command.setTransactionId(ByteString.copyFromUtf8(transaction));
    }
    return packed(command);
  }

  static ByteString preparedQuery(String handle) {
    return packed(
        FlightSql.CommandPreparedStatementQuery.newBuilder()
            .setPreparedStatementHandle(ByteString.copyFromUtf8(handle)));
  }

  static ByteString preparedUpdate(String handle) {
    return packed(
        FlightSql.CommandPreparedStatementUpdate.newBuilder()
            .setPreparedStatementHandle(ByteString.copyFromUtf8(handle)));
  }

  static ByteString ingest(String table, @Nullable String transaction) {
    var options =
        TableDefinitionOptions.newBuilder()
            .setIfExists(TableDefinitionOptions.TableExistsOption.TABLE_EXISTS_OPTION_REPLACE)
            .setIfNotExist(
                TableDefinitionOptions.TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE);
    var command =
        FlightSql.CommandStatementIngest.newBuilder()
            .setTable(table)
            .setTableDefinitionOptions(options);
    if (transaction != null) {
      command.setTransactionId(ByteString.copyFromUtf8(transaction));
    }
    return packed(command);
  }
}

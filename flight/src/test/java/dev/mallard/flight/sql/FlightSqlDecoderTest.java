package dev.mallard.flight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.IngestTarget;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.junit.jupiter.api.Test;

class FlightSqlDecoderTest {
  private static FlightSqlCommand decode(Message message) {
    return FlightSqlDecoder.decode(Any.pack(message).toByteString()).orElseThrow();
  }

  @Test
  void statementsKeepTheirTextAndTransaction() {
    assertThat(
            decode(
                FlightSql.CommandStatementQuery.newBuilder()
                    .setQuery("SELECT 1")
                    .setTransactionId(ByteString.copyFromUtf8("t1"))
                    .build()))
        .isEqualTo(new FlightSqlCommand.StatementQuery("SELECT 1", "t1"));
    assertThat(decode(FlightSql.CommandStatementUpdate.newBuilder().setQuery("DROP").build()))
        .isEqualTo(new FlightSqlCommand.StatementUpdate("DROP", null));
  }

  @Test
  void anEmptyTransactionIsNone() {
    assertThat(
            decode(
                FlightSql.CommandStatementQuery.newBuilder()
                    .setQuery("x")
                    .setTransactionId(ByteString.EMPTY)
                    .build()))
        .isEqualTo(new FlightSqlCommand.StatementQuery("x", null));
  }

  @Test
  void preparedStatementsAreFoundByTheirHandle() {
    ByteString handle = ByteString.copyFromUtf8("h");
    assertThat(
            decode(
                FlightSql.CommandPreparedStatementQuery.newBuilder()
                    .setPreparedStatementHandle(handle)
                    .build()))
        .isEqualTo(new FlightSqlCommand.PreparedStatementQuery("h"));
    assertThat(
            decode(
                FlightSql.CommandPreparedStatementUpdate.newBuilder()
                    .setPreparedStatementHandle(handle)
                    .build()))
        .isEqualTo(new FlightSqlCommand.PreparedStatementUpdate("h"));
  }

  @Test
  void filtersThatAreNotGivenAreNull() {
    assertThat(decode(FlightSql.CommandGetTables.getDefaultInstance()))
        .isEqualTo(new FlightSqlCommand.Tables(null, null, null, Set.of(), false));
    assertThat(
            decode(
                FlightSql.CommandGetTables.newBuilder()
                    .setCatalog("")
                    .setDbSchemaFilterPattern("m%")
                    .setTableNameFilterPattern("t_")
                    .addAllTableTypes(List.of("TABLE", "TABLE"))
                    .setIncludeSchema(true)
                    .build()))
        .isEqualTo(new FlightSqlCommand.Tables("", "m%", "t_", Set.of("TABLE"), true));
    assertThat(decode(FlightSql.CommandGetDbSchemas.newBuilder().setCatalog("c").build()))
        .isEqualTo(new FlightSqlCommand.DbSchemas("c", null));
  }

  @Test
  void everyMetadataCommandIsKnown() {
    assertThat(decode(FlightSql.CommandGetCatalogs.getDefaultInstance()))
        .isEqualTo(new FlightSqlCommand.Catalogs());
    assertThat(decode(FlightSql.CommandGetTableTypes.getDefaultInstance()))
        .isEqualTo(new FlightSqlCommand.TableTypes());
    assertThat(
            decode(
                FlightSql.CommandGetPrimaryKeys.newBuilder()
                    .setDbSchema("s")
                    .setTable("t")
                    .build()))
        .isEqualTo(new FlightSqlCommand.PrimaryKeys(new TableRef(null, "s", "t")));
    assertThat(decode(FlightSql.CommandGetImportedKeys.newBuilder().setTable("t").build()))
        .isEqualTo(new FlightSqlCommand.ImportedKeys(new TableRef(null, null, "t")));
    assertThat(decode(FlightSql.CommandGetExportedKeys.newBuilder().setTable("t").build()))
        .isEqualTo(new FlightSqlCommand.ExportedKeys(new TableRef(null, null, "t")));
    assertThat(
            decode(
                FlightSql.CommandGetCrossReference.newBuilder()
                    .setPkTable("p")
                    .setFkCatalog("c")
                    .setFkTable("f")
                    .build()))
        .isEqualTo(
            new FlightSqlCommand.CrossReference(
                new TableRef(null, null, "p"), new TableRef("c", null, "f")));
    assertThat(decode(FlightSql.CommandGetXdbcTypeInfo.newBuilder().setDataType(-5).build()))
        .isEqualTo(new FlightSqlCommand.XdbcTypeInfo(-5));
    assertThat(decode(FlightSql.CommandGetSqlInfo.newBuilder().addInfo(0).addInfo(8).build()))
        .isEqualTo(new FlightSqlCommand.SqlInfo(Set.of(0, 8)));
  }

  private static FlightSql.CommandStatementIngest.Builder ingest(
      TableNotExistOption ifMissing, TableExistsOption ifExists) {
    return FlightSql.CommandStatementIngest.newBuilder()
        .setTable("t")
        .setTableDefinitionOptions(
            TableDefinitionOptions.newBuilder().setIfNotExist(ifMissing).setIfExists(ifExists));
  }

  @Test
  void anIngestSaysWhatToDoWithTheTable() {
    assertThat(
            decode(
                ingest(
                        TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
                        TableExistsOption.TABLE_EXISTS_OPTION_REPLACE)
                    .setTemporary(true)
                    .setSchema("s")
                    .build()))
        .isEqualTo(
            new FlightSqlCommand.StatementIngest(
                new IngestTarget(
                    null,
                    "s",
                    "t",
                    IngestTarget.IfExists.REPLACE,
                    IngestTarget.IfMissing.CREATE,
                    true),
                null));
  }

  @Test
  void anIngestThatDoesNotSayIsRefused() {
    assertThatThrownBy(
            () ->
                decode(
                    ingest(
                            TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
                            TableExistsOption.TABLE_EXISTS_OPTION_UNSPECIFIED)
                        .build()))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("if_exists is not set");
  }

  @Test
  void whatIsNotKnownIsNamed() {
    assertThatThrownBy(() -> decode(Timestamp.getDefaultInstance()))
        .hasMessageContaining("'google.protobuf.Timestamp'")
        .extracting(e -> ((MallardException) e).code())
        .isEqualTo(ErrorCode.UNIMPLEMENTED);
    assertThatThrownBy(() -> decode(FlightSql.CommandStatementSubstraitPlan.getDefaultInstance()))
        .hasMessageContaining("Substrait");
    Any unknown =
        Any.newBuilder()
            .setTypeUrl("type.googleapis.com/arrow.flight.protocol.sql.CommandGetWeather")
            .build();
    assertThatThrownBy(() -> FlightSqlDecoder.decode(unknown.toByteString()))
        .hasMessageContaining("CommandGetWeather");
  }

  @Test
  void aDamagedCommandIsNamed() {
    Any damaged =
        Any.newBuilder()
            .setTypeUrl("type.googleapis.com/arrow.flight.protocol.sql.CommandStatementQuery")
            .setValue(ByteString.copyFrom(new byte[] {10, 100, 1}))
            .build();
    assertThatThrownBy(() -> FlightSqlDecoder.decode(damaged.toByteString()))
        .hasMessageContaining("damaged CommandStatementQuery");
  }

  @Test
  void textIsNoCommandWhateverItBeginsWith() {
    for (String text :
        List.of("SELECT 1", "\nSELECT 1", "\n\u0003abc", "", "\n0type.googleapis.com", "x")) {
      assertThat(FlightSqlDecoder.decode(ByteString.copyFromUtf8(text)))
          .as(text)
          .isEqualTo(Optional.empty());
    }
  }
}

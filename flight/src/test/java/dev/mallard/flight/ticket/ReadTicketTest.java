package dev.mallard.flight.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.catalog.DatasetName;
import dev.mallard.error.MallardException;
import dev.mallard.flight.sql.FlightSqlCommand;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadTicketTest {
  private static ReadTicket decode(String text) {
    return decode(ByteString.copyFromUtf8(text));
  }

  private static ReadTicket decode(ByteString bytes) {
    return ReadTicket.decode(Ticket.newBuilder().setTicket(bytes).build());
  }

  @Test
  void aClientMayNarrowWhatItReads() {
    assertThat(decode("{\"result\":\"r\",\"rows\":[5,6],\"from_row\":2}"))
        .isEqualTo(new ReadTicket.OfSpooled("r", new RowRange(5, 6), 2, null));
    assertThat(decode("{\"dataset\":\"sales\"}"))
        .isEqualTo(
            new ReadTicket.OfDataset(DatasetName.parse("sales"), null, RowRange.ALL, 0, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"sql\":\"x\",\"dataset\":\"y\"}",
        "{\"sql\":\"x\",\"rows\":[0,1]}",
        "{\"prepared\":\"x\",\"from_row\":1}",
        "{\"result\":\"x\",\"rows\":[2,1]}",
        "{\"result\":\"x\",\"rows\":[null,1]}",
        "{\"result\":\"x\",\"version\":\"v\"}",
        "{\"dataset\":\"x\",\"from_row\":-1}",
        "{\"dataset\":\"x\",\"transaction\":\"t\"}",
        "{\"plan\":\"p\"}",
        "{\"dataset\":\"x\",\"from_batch\":1}",
        "{\"sql\":\"x\",\"settings\":{}}",
        "{\"sql\":",
        "{\"result\":7}",
        "{\"dataset\":\"x\",\"from_row\":\"1\"}",
        "{\"dataset\":\"x\",\"rows\":[0,1.5]}",
        ""
      })
  void whatMakesNoSenseIsRefused(String ticket) {
    assertThatThrownBy(() -> decode(ticket))
        .isInstanceOf(MallardException.class)
        .hasMessageStartingWith("ticket: ");
  }

  @Test
  void textIsANameOrSql() {
    assertThat(decode("/reports/daily_sales"))
        .isEqualTo(new ReadTicket.Text("/reports/daily_sales"));
    assertThat(new ReadTicket.Text("sales").looksLikeSql()).isFalse();
    assertThat(new ReadTicket.Text("SELECT 1").looksLikeSql()).isTrue();
    assertThat(new ReadTicket.Text("SELECT(1)").looksLikeSql()).isTrue();
    assertThat(new ReadTicket.Text("from\nt").looksLikeSql()).isTrue();
  }

  @Test
  void aMetadataCommandIsATicket() {
    assertThat(decode(Any.pack(FlightSql.CommandGetCatalogs.getDefaultInstance()).toByteString()))
        .isEqualTo(new ReadTicket.OfMetadata(new FlightSqlCommand.Catalogs()));
  }

  @Test
  void anUpdateIsNoTicket() {
    FlightSql.CommandStatementUpdate update =
        FlightSql.CommandStatementUpdate.newBuilder().setQuery("DROP TABLE t").build();
    assertThatThrownBy(() -> decode(Any.pack(update).toByteString()))
        .hasMessageContaining("ask for its FlightInfo first");
  }
}

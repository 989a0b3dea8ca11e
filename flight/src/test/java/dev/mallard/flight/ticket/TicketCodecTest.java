package dev.mallard.flight.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.catalog.DatasetName;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.arrow.flight.impl.Flight.Ticket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TicketCodecTest {
  private static final int ROUNDS = 2_000;
  private static final List<String> TEXTS =
      List.of("a", "sales.parquet", "ü\u4e2d\ud83e\udd86", "\"}{[", "\\", "x\ny", "0", "null");

  private static String text(Random random) {
    return TEXTS.get(random.nextInt(TEXTS.size())) + random.nextInt(1000);
  }

  private static @Nullable String textOrNot(Random random) {
    return random.nextBoolean() ? null : text(random);
  }

  private static RowRange rows(Random random) {
    long from = random.nextLong(1L << random.nextInt(1, 62));
    return random.nextBoolean() ? RowRange.ALL : new RowRange(from, from + random.nextInt(1 << 20));
  }

  private static long skipped(Random random) {
    return random.nextBoolean() ? 0 : random.nextLong(1L << random.nextInt(1, 62));
  }

  private static ReadTicket.Issued ticket(Random random) {
    return switch (random.nextInt(4)) {
      case 0 ->
          new ReadTicket.OfDataset(
              DatasetName.parse(List.of("a" + random.nextInt(9), "b ü.parquet")),
              textOrNot(random),
              rows(random),
              skipped(random),
              textOrNot(random));
      case 1 ->
          new ReadTicket.OfSql(
              text(random),
              textOrNot(random),
              textOrNot(random),
              textOrNot(random),
              textOrNot(random));
      case 2 -> new ReadTicket.OfPrepared(text(random), textOrNot(random));
      default ->
          new ReadTicket.OfSpooled(text(random), rows(random), skipped(random), textOrNot(random));
    };
  }

  @Test
  void whatIsEncodedIsDecoded() {
    Random random = new Random(7);
    for (int i = 0; i < ROUNDS; i++) {
      ReadTicket.Issued ticket = ticket(random);
      assertThat(ReadTicket.decode(TicketCodec.encode(ticket))).isEqualTo(ticket);
    }
  }

  @Test
  void rubbishIsRefusedAndNothingElseHappens() {
    Random random = new Random(8);
    int refused = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = TicketCodec.encode(ticket(random)).getTicket().toByteArray();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        bytes[1 + random.nextInt(bytes.length - 1)] =
            random.nextBoolean()
                ? (byte) "{}[]\",:0n".charAt(random.nextInt(9))
                : (byte) random.nextInt();
      }
      refused += isRefused(ByteString.copyFrom(bytes)) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(ROUNDS / 2);
  }

  private static boolean isRefused(ByteString bytes) {
    try {
      ReadTicket.decode(Ticket.newBuilder().setTicket(bytes).build());
      return false;
    } catch (MallardException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
      assertThat(e.getMessage()).doesNotContain("Exception").doesNotContain("jackson");
      return true;
    }
  }

  @Test
  void noKindTakesTheFieldsOfAnother() {
    List<String> fields =
        List.of(
            "\"dataset\":\"d\"",
            "\"sql\":\"s\"",
            "\"prepared\":\"p\"",
            "\"result\":\"r\"",
            "\"version\":\"v\"",
            "\"rows\":[0,1]",
            "\"from_row\":1",
            "\"transaction\":\"t\"",
            "\"catalog\":\"c\"",
            "\"schema\":\"m\"",
            "\"plan\":\"n\"",
            "\"from_batch\":1",
            "\"other\":1");
    List<List<String>> allowed =
        List.of(
            List.of("dataset", "version", "rows", "from_row", "plan"),
            List.of("sql", "transaction", "catalog", "schema", "plan"),
            List.of("prepared", "plan"),
            List.of("result", "rows", "from_row", "plan"));
    Random random = new Random(9);
    for (int i = 0; i < ROUNDS; i++) {
      List<String> some = new ArrayList<>(fields);
      Collections.shuffle(some, random);
      some = some.subList(0, 1 + random.nextInt(4));
      List<String> names = some.stream().map(field -> field.split("\"")[1]).toList();
      boolean fits =
          allowed.stream().anyMatch(kind -> names.contains(kind.get(0)) && kind.containsAll(names));
      String json = "{" + String.join(",", some) + "}";
      assertThat(isRefused(ByteString.copyFromUtf8(json))).as(json).isEqualTo(!fits);
    }
  }

  @Test
  void aTicketHoldsNoMoreThanItNeeds() {
    assertThat(encoded(new ReadTicket.OfSql("SELECT 1", null, null, null, "p")))
        .isEqualTo("{\"sql\":\"SELECT 1\",\"plan\":\"p\"}");
    assertThat(
            encoded(
                new ReadTicket.OfDataset(
                    DatasetName.parse("a/b.parquet"), "v", new RowRange(0, 9), 17, "p")))
        .isEqualTo(
            "{\"dataset\":\"a/b.parquet\",\"version\":\"v\",\"rows\":[0,9],\"from_row\":17,\"plan\":\"p\"}");
  }

  private static String encoded(ReadTicket.Issued ticket) {
    return TicketCodec.encode(ticket).getTicket().toStringUtf8();
  }

  @Test
  void theErrorShowsWhatWouldHaveBeenRight() {
    assertThatThrownBy(
            () ->
                ReadTicket.decode(
                    Ticket.newBuilder().setTicket(ByteString.copyFromUtf8("{}")).build()))
        .hasMessage(
            "ticket: not the JSON that is expected here: {\"dataset\":\"sales\",\"version\":\"…\",\"from_row\":70000}");
  }
}

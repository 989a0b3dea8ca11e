package dev.mallard.flight.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.flight.sql.FlightSqlCommand;
import java.util.List;
import java.util.Random;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorTargetTest {
  private static DescriptorTarget command(ByteString command) {
    return DescriptorTarget.decode(
        FlightDescriptor.newBuilder()
            .setType(FlightDescriptor.DescriptorType.CMD)
            .setCmd(command)
            .build());
  }

  private static DescriptorTarget command(String text) {
    return command(ByteString.copyFromUtf8(text));
  }

  @Test
  void aPathIsAPath() {
    assertThat(DescriptorTarget.decode(DescriptorTarget.path(List.of("a", "b"))))
        .isEqualTo(new DescriptorTarget.Path(List.of("a", "b")));
  }

  @Test
  void textIsSql() {
    assertThat(command("SELECT 1")).isEqualTo(new DescriptorTarget.Sql("SELECT 1"));
    assertThat(command("\n  SELECT 'ü'")).isEqualTo(new DescriptorTarget.Sql("\n  SELECT 'ü'"));
  }

  @Test
  void jsonIsACommandOfOurOwn() {
    assertThat(command("{\"append\":\"sales\"}"))
        .isEqualTo(new DescriptorTarget.Append(List.of("sales")));
    assertThat(DescriptorTarget.decode(DescriptorTarget.poll("p1")))
        .isEqualTo(new DescriptorTarget.Poll("p1"));
  }

  @Test
  void aPackedMessageIsFlightSql() {
    var query = FlightSql.CommandStatementQuery.newBuilder().setQuery("SELECT 1").build();
    assertThat(command(Any.pack(query).toByteString()))
        .isEqualTo(
            new DescriptorTarget.Command(new FlightSqlCommand.StatementQuery("SELECT 1", null)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"append\":\"a\",\"poll\":\"b\"}",
        "{\"drop\":\"a\"}",
        "{\"append\":[\"a\"]}",
        "{\"poll\":1}",
        "{\"append\":\"a\"} x"
      })
  void whatMakesNoSenseIsRefused(String text) {
    assertThatThrownBy(() -> command(text))
        .isInstanceOf(MallardException.class)
        .hasMessageStartingWith("command: ");
  }

  /** Whatever comes, it is one of them or a clean refusal. */
  @Test
  void rubbishIsRefusedAndNothingElseHappens() {
    Random random = new Random(3);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(40)];
      random.nextBytes(bytes);
      if (random.nextBoolean()) {
        bytes[0] = '{';
      }
      try {
        command(ByteString.copyFrom(bytes));
      } catch (MallardException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
      }
    }
  }

  @Test
  void aDescriptorOfNoKindIsRefused() {
    assertThatThrownBy(() -> DescriptorTarget.decode(FlightDescriptor.getDefaultInstance()))
        .hasMessageContaining("neither a path nor a command");
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    assertThatThrownBy(() -> command(ByteString.copyFrom(new byte[] {'a', (byte) 0xff})))
        .hasMessageContaining("not valid UTF-8");
  }
}

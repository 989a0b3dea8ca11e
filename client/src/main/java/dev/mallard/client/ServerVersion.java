package dev.mallard.client;

import com.google.protobuf.Any;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.vector.FieldVector;

/** Asks a server what it is, as Flight SQL's {@code CommandGetSqlInfo} does. */
final class ServerVersion {
  private static final List<Integer> WANTED =
      List.of(
          FlightSql.SqlInfo.FLIGHT_SQL_SERVER_NAME_VALUE,
          FlightSql.SqlInfo.FLIGHT_SQL_SERVER_VERSION_VALUE);

  private ServerVersion() {}

  /** Empty if the server does not understand the question. */
  static Optional<String> of(FlightClient flight) {
    FlightSql.CommandGetSqlInfo question =
        FlightSql.CommandGetSqlInfo.newBuilder().addAllInfo(WANTED).build();
    FlightDescriptor command = FlightDescriptor.command(Any.pack(question).toByteArray());
    try (FlightStream answers =
        flight.getStream(flight.getInfo(command).getEndpoints().get(0).getTicket())) {
      return Optional.of(words(answers)).filter(words -> !words.isEmpty());
    } catch (Exception e) {
      // Whatever else a server makes of a command that it does not know.
      return Optional.empty();
    }
  }

  private static String words(FlightStream answers) {
    StringJoiner words = new StringJoiner(" ");
    while (answers.next()) {
      FieldVector values = answers.getRoot().getVector("value");
      for (int row = 0; row < answers.getRoot().getRowCount(); row++) {
        words.add(String.valueOf(values.getObject(row)));
      }
    }
    return words.toString();
  }
}

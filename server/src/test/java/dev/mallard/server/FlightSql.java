package dev.mallard.server;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;

/** Results that arrow-java's clients read, as lines of values between bars. */
final class FlightSql {
  /** Runs for hours, and can be stopped at any moment. */
  static final String ENDLESS =
      "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range + b.range = 3";

  private FlightSql() {}

  static FlightSqlClient client(TestServer server) {
    return new FlightSqlClient(server.client());
  }

  static List<String> rows(FlightClient client, FlightInfo info, CallOption... options) {
    List<String> lines = new ArrayList<>();
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      lines.addAll(rows(client, endpoint.getTicket(), options));
    }
    return lines;
  }

  static List<String> rows(FlightClient client, Ticket ticket, CallOption... options) {
    try (FlightStream stream = client.getStream(ticket, options)) {
      return lines(stream);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static List<String> lines(FlightStream stream) {
    List<String> lines = new ArrayList<>();
    while (stream.next()) {
      VectorSchemaRoot root = stream.getRoot();
      for (int row = 0; row < root.getRowCount(); row++) {
        List<String> values = new ArrayList<>();
        for (FieldVector vector : root.getFieldVectors()) {
          values.add(value(stream, vector, row));
        }
        lines.add(String.join("|", values));
      }
    }
    return lines;
  }

  private static String value(FlightStream stream, FieldVector vector, int row) {
    var encoding = vector.getField().getDictionary();
    if (encoding == null) {
      return String.valueOf(vector.getObject(row));
    }
    var dictionary = stream.getDictionaryProvider().lookup(encoding.getId());
    try (var decoded = DictionaryEncoder.decode(vector, dictionary)) {
      return String.valueOf(decoded.getObject(row));
    }
  }
}

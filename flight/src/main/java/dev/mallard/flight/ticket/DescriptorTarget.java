package dev.mallard.flight.ticket;

import com.google.protobuf.ByteString;
import dev.mallard.error.MallardException;
import dev.mallard.flight.sql.FlightSqlCommand;
import dev.mallard.flight.sql.FlightSqlDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;

/** What a descriptor means, decoded once. */
public sealed interface DescriptorTarget {
  /** A dataset, or an SQL table, by its path. */
  record Path(List<String> segments) implements DescriptorTarget {}

  /** The command {@code {"append":"NAME"}}. */
  record Append(List<String> path) implements DescriptorTarget {}

  /** The command {@code {"poll":"ID"}}: what PollFlightInfo told the client to ask next time. */
  record Poll(String id) implements DescriptorTarget {}

  /** SQL text as it is. */
  record Sql(String text) implements DescriptorTarget {}

  /** A command of Flight SQL. */
  record Command(FlightSqlCommand command) implements DescriptorTarget {}

  static DescriptorTarget decode(FlightDescriptor descriptor) {
    return switch (descriptor.getType()) {
      case PATH -> new Path(List.copyOf(descriptor.getPathList()));
      case CMD -> command(descriptor.getCmd());
      default ->
          throw MallardException.invalid(
              "descriptor: it has neither a path nor a command; set a dataset's path");
    };
  }

  private static DescriptorTarget command(ByteString command) {
    if (command.isEmpty()) {
      throw MallardException.invalid(
          "command: it is empty; send SQL, a Flight SQL command, or a dataset's path");
    }
    if (Json.looksLikeObject(command)) {
      return json(command);
    }
    Optional<FlightSqlCommand> flightSql = FlightSqlDecoder.decode(command);
    return flightSql.isPresent()
        ? new Command(flightSql.get())
        : new Sql(Utf8.decode(command, "command"));
  }

  private static DescriptorTarget json(ByteString command) {
    JsonFields json = new JsonFields(command, "command", "{\"append\":\"sales\"}");
    return json.has("poll")
        ? json.end(new Poll(json.requiredText("poll")))
        : json.end(new Append(List.of(json.requiredText("append"))));
  }

  /** The descriptor of a dataset or an SQL table. */
  public static FlightDescriptor path(List<String> path) {
    return FlightDescriptor.newBuilder()
        .setType(FlightDescriptor.DescriptorType.PATH)
        .addAllPath(path)
        .build();
  }

  /** The descriptor to be sent for the next poll. */
  static FlightDescriptor poll(String id) {
    return FlightDescriptor.newBuilder()
        .setType(FlightDescriptor.DescriptorType.CMD)
        .setCmd(ByteString.copyFrom(Json.write(Map.of("poll", id))))
        .build();
  }
}

package dev.mallard.flight.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;

/** What a descriptor means, decoded once. */
sealed interface DescriptorTarget {
  /** A dataset by its path. */
  record Dataset(List<String> path) implements DescriptorTarget {}

  /** The command {@code {"append":"NAME"}}. */
  record Append(List<String> path) implements DescriptorTarget {}

  /** The JSON form of an append command. */
  record AppendCommand(String append) {}

  static DescriptorTarget decode(FlightDescriptor descriptor) {
    return switch (descriptor.getType()) {
      case PATH -> new Dataset(List.copyOf(descriptor.getPathList()));
      case CMD -> command(descriptor);
      default ->
          throw MallardException.invalid(
              "descriptor: it has neither a path nor a command; set a dataset's path");
    };
  }

  private static DescriptorTarget command(FlightDescriptor descriptor) {
    if (Json.looksLikeObject(descriptor.getCmd())) {
      AppendCommand command =
          Json.read(
              descriptor.getCmd().toByteArray(),
              AppendCommand.class,
              "command",
              "{\"append\":\"sales\"}");
      if (command.append() == null) {
        throw MallardException.invalid(
            "command: not the JSON that is expected here: {\"append\":\"sales\"}");
      }
      return new Append(List.of(command.append()));
    }
    String what = isFlightSql(descriptor) ? "Flight SQL" : "SQL";
    throw new MallardException(
        ErrorCode.UNIMPLEMENTED,
        "command: this server does not speak " + what + " yet; ask for a dataset by its path");
  }

  private static boolean isFlightSql(FlightDescriptor descriptor) {
    try {
      return Any.parseFrom(descriptor.getCmd()).getTypeUrl().contains("arrow.flight.protocol.sql");
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }
}

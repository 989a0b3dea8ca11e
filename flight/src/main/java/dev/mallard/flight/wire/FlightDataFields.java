package dev.mallard.flight.wire;

import com.google.protobuf.WireFormat;

/**
 * The fields of the FlightData message, as tags.
 *
 * @see <a
 *     href="https://arrow.apache.org/docs/format/Flight.html#protocol-buffer-definitions">Flight.proto</a>
 */
final class FlightDataFields {
  static final int DESCRIPTOR = tag(1);
  static final int DATA_HEADER = tag(2);
  static final int APP_METADATA = tag(3);
  static final int DATA_BODY = tag(1000);

  private FlightDataFields() {}

  private static int tag(int field) {
    return (field << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }
}

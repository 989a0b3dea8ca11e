package dev.mallard.wire;

import com.google.protobuf.WireFormat;

/**
 * The fields of the FlightData message, as tags.
 *
 * @see <a
 *     href="https://arrow.apache.org/docs/format/Flight.html#protocol-buffer-definitions">Flight.proto</a>
 */
public final class FlightDataFields {
  public static final int DESCRIPTOR = 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  public static final int DATA_HEADER = 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  public static final int APP_METADATA = 3 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  public static final int DATA_BODY = 1000 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

  private FlightDataFields() {}
}

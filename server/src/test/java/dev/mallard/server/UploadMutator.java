package dev.mallard.server;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.arrow.flight.impl.Flight.FlightData;

/** Makes bad uploads of good ones. The same random numbers make the same upload. */
final class UploadMutator {
  private static final long[] TELLING = {
    0,
    -1,
    1,
    2,
    7,
    8,
    63,
    64,
    127,
    255,
    1 << 16,
    1 << 30,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    1L << 32,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private final Random random;

  UploadMutator(Random random) {
    this.random = random;
  }

  List<byte[]> mutate(List<FlightData> good) {
    List<FlightData> frames = new ArrayList<>(good);
    List<byte[]> encoded = null;
    for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
      int kind = random.nextInt(10);
      if (kind < 6) {
        int at = random.nextInt(frames.size());
        frames.set(at, mutateFields(frames.get(at)));
      } else if (kind < 8) {
        reorder(frames);
      } else {
        encoded = Frames.bytes(frames);
      }
    }
    if (encoded == null) {
      return Frames.bytes(frames);
    }
    List<byte[]> broken = new ArrayList<>(encoded);
    int at = random.nextInt(broken.size());
    broken.set(at, mutateBytes(broken.get(at).clone()));
    return broken;
  }

  private void reorder(List<FlightData> frames) {
    int a = random.nextInt(frames.size());
    int b = random.nextInt(frames.size());
    switch (random.nextInt(3)) {
      case 0 -> frames.add(a, frames.get(b));
      case 1 -> Collections.swap(frames, a, b);
      default -> {
        if (frames.size() > 1) {
          frames.remove(a);
        }
      }
    }
  }

  private FlightData mutateFields(FlightData frame) {
    boolean header = frame.getDataBody().isEmpty() || random.nextBoolean();
    if (header) {
      byte[] bytes = mutateBytes(frame.getDataHeader().toByteArray());
      return frame.toBuilder().setDataHeader(ByteString.copyFrom(bytes)).build();
    }
    byte[] bytes = mutateBytes(frame.getDataBody().toByteArray());
    return frame.toBuilder().setDataBody(ByteString.copyFrom(bytes)).build();
  }

  private byte[] mutateBytes(byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {1};
    }
    switch (random.nextInt(6)) {
      case 0 -> {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      }
      case 1 -> {
        return Arrays.copyOf(bytes, bytes.length + random.nextInt(32));
      }
      case 2, 3 -> {
        for (int i = random.nextInt(4); i >= 0; i--) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      default -> lie(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }
    return bytes;
  }

  /** Puts a telling number, or one that is a little off, where a number could stand. */
  private void lie(ByteBuffer bytes) {
    int width = random.nextBoolean() ? 4 : 8;
    if (bytes.capacity() < width) {
      bytes.put(0, (byte) random.nextInt());
      return;
    }
    int at = random.nextInt(bytes.capacity() / width) * width;
    long telling = TELLING[random.nextInt(TELLING.length)];
    boolean off = random.nextBoolean();
    if (width == 4) {
      bytes.putInt(at, (int) (off ? bytes.getInt(at) + random.nextInt(17) - 8 : telling));
    } else {
      bytes.putLong(at, off ? bytes.getLong(at) + random.nextInt(17) - 8 : telling);
    }
  }
}

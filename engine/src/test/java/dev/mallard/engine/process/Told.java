package dev.mallard.engine.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Tells an {@link ObedientChild} what to do. */
final class Told {
  private Told() {}

  /** Its answer; empty if it ended before it answered. */
  static String to(EngineProcess child, String... words) throws IOException {
    try (SocketChannel connection = child.connect()) {
      ByteBuffer line =
          ByteBuffer.wrap((String.join("\t", words) + "\n").getBytes(StandardCharsets.UTF_8));
      while (line.hasRemaining()) {
        connection.write(line);
      }
      String answer =
          new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8)).readLine();
      return answer == null ? "" : answer;
    }
  }
}

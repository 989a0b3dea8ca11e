package dev.mallard.engine.child;

import dev.mallard.arrow.MessageBody;
import dev.mallard.engine.link.Answer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Two files in which bodies are handed over in turn: while the server sends one, the next is
 * written. Each has a name only until the server has it open, too. One thread at a time.
 */
final class ResultPlaces implements AutoCloseable {
  /** What a file keeps while nothing is in it: memory that need not be cleared anew. */
  private static final long KEPT_BYTES = 4 << 20;

  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path folder;
  private final @Nullable Place[] places = new @Nullable Place[2];
  private int turn;

  ResultPlaces(Path folder) {
    this.folder = folder;
  }

  private static final class Place {
    final FileChannel channel;
    final Path file;
    boolean told;

    Place(FileChannel channel, Path file) {
      this.channel = channel;
      this.file = file;
    }
  }

  /**
   * Writes a body to the place that was not used last.
   *
   * @return the place's number
   */
  int write(MessageBody body) throws IOException {
    int number = turn;
    turn = 1 - turn;
    Place place = places[number];
    if (place == null) {
      place = create();
      places[number] = place;
    }
    place.channel.position(0);
    body.writeTo(place.channel);
    if (place.channel.size() > Math.max(KEPT_BYTES, 4 * body.length())) {
      place.channel.truncate(body.length());
    }
    return number;
  }

  private Place create() throws IOException {
    Path file = folder.resolve(UUID.randomUUID().toString());
    return new Place(
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE),
        file);
  }

  /** What the server is told: the file's name once. */
  Answer.Place told(int number, long length) {
    Place place = places[number];
    if (place == null) {
      throw new IllegalStateException("place " + number);
    }
    String name = place.told ? null : place.file.getFileName().toString();
    place.told = true;
    return new Answer.Place(number, name, length);
  }

  /** Gives room back: nobody wants what is in them any more. */
  void empty() throws IOException {
    for (Place place : places) {
      if (place != null && place.channel.size() > KEPT_BYTES) {
        place.channel.truncate(0);
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (Place place : places) {
      if (place != null) {
        place.channel.truncate(0);
        place.channel.close();
        if (!place.told) {
          Files.deleteIfExists(place.file);
        }
      }
    }
  }
}

package dev.mallard.events;

import dev.mallard.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Is told what happens in a server: metrics, an audit trail and a console stand on it. Each event
 * is told once, at one place, by whatever thread it happens on (network threads too): a listener is
 * thread-safe, does not block and does not throw. What it does not override it does not hear.
 */
public interface ServerEvents {
  /** Hears nothing. */
  ServerEvents NONE = new ServerEvents() {};

  /** All of these; {@link #NONE} if none of them hears anything. */
  static ServerEvents all(ServerEvents... listeners) {
    List<ServerEvents> hearing = Stream.of(listeners).filter(one -> one != NONE).toList();
    return switch (hearing.size()) {
      case 0 -> NONE;
      case 1 -> hearing.get(0);
      default -> new Listeners(hearing);
    };
  }

  /**
   * A call of any gRPC service.
   *
   * @param id that no other call has, before or after a restart either; what fails is told it, too
   * @param method full name: {@code arrow.flight.protocol.FlightService/DoGet}
   * @param peer the other end of the connection; empty if no such method is served
   */
  record Call(String id, String method, String peer) {}

  default void callBegan(Call call) {}

  /**
   * Follows {@link #callBegan} of the same call, however it ends: answered, refused, cancelled,
   * gone.
   */
  default void callEnded(Call call, Outcome outcome) {}

  /**
   * A statement that runs.
   *
   * @param id of this server's statements, since it started
   * @param transaction id of the one that it is part of; null commits by itself
   */
  record Statement(long id, String sql, @Nullable String transaction) {}

  /** It waits for its turn from here on. */
  default void statementBegan(Statement statement) {}

  /**
   * Follows {@link #statementBegan} of the same statement, however it ends, once its result is read
   * to the end or closed.
   *
   * @param failure what ended it early; null if nothing did
   */
  default void statementEnded(Statement statement, @Nullable ErrorCode failure, Duration took) {}

  /**
   * The process that runs SQL ended, though the server goes on: another one is started.
   *
   * @param cause in one word: {@code DIED}, {@code MEMORY}, {@code STUCK}, {@code SILENT}
   * @param why in words
   */
  default void engineEnded(String cause, String why) {}

  /**
   * There is a process that runs SQL.
   *
   * @param took since it was first wanted, or since the one before it ended
   */
  default void engineReady(Duration took) {}

  /**
   * There is a form of a dataset's version that is quicker to read.
   *
   * @param version the dataset's file (with its place, if it is not in the data folder) and the
   *     version's id, parted by {@code @}
   * @param file extension of the form's file: {@code .arrow}, {@code .parquet}
   * @param bytes of the form's file
   */
  default void formMade(String version, String file, long bytes) {}

  /**
   * An upload is on disk, as the current version of its dataset.
   *
   * @param rows of the whole new version
   * @param bytes of its Arrow messages, or −1
   */
  default void uploadCommitted(String dataset, String version, long rows, long bytes) {}

  default void datasetDropped(String dataset) {}

  /** A previous version is the current one again. */
  default void datasetRestored(String dataset, String version) {}
}

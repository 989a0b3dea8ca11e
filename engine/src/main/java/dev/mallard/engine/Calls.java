package dev.mallard.engine;

import dev.mallard.arrow.FileBody;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.engine.link.Answer;
import dev.mallard.engine.link.Ask;
import dev.mallard.engine.link.Line;
import dev.mallard.engine.link.Notice;
import dev.mallard.engine.link.Received;
import dev.mallard.engine.link.Request;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line to a process of the engine, on which a thread asks one thing at a time. While it waits for
 * the answer it answers what the engine asks of the datasets. One thread at a time, but for {@link
 * #isBusy} and {@link #isUsable}.
 */
final class Calls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
  private static final Pattern FILE = Pattern.compile("[0-9a-f-]{36}");

  private final LiveEngine live;
  private final Line line;
  private final @Nullable FileChannel[] places = new @Nullable FileChannel[2];

  /** What goes with the next request, before it. */
  private final Deque<Request> waiting = new ArrayDeque<>();

  /** Of these, what was said and not yet answered. */
  private final Deque<Request> unanswered = new ArrayDeque<>();

  private volatile Notice.@Nullable Committing committing;
  private volatile boolean broken;

  /** Begins and ends of what is asked so far; odd while something is under way. */
  private volatile long turns;

  /** Requests that were sent so far, as the other side counts them, with those of this turn. */
  private volatile long requests;

  /** Of the connection that the line is, or was last. */
  private volatile long connection;

  /** Ends what the one under way waits for, if that is the server itself. */
  private volatile @Nullable Cancellation asking;

  Calls(LiveEngine live, Line line) {
    this.live = live;
    this.line = line;
  }

  LiveEngine live() {
    return live;
  }

  boolean isUsable() {
    return !broken && live.isUsable();
  }

  /** What tells one request from the next; odd while it is under way. */
  long turns() {
    return turns;
  }

  /** Whose requests follow. */
  void setConnection(long number) {
    connection = number;
  }

  long connection() {
    return connection;
  }

  /** Has the request of a turn stopped, if it is still under way when that is heard. Any thread. */
  void interrupt(long turn) {
    long request = requests;
    if (turns != turn) {
      return; // The number may be of the next.
    }
    cancelAsking();
    live.interrupt(new Request.Interrupt(connection, request));
  }

  /** Before a result is closed: what is computed ahead of it may stop. */
  void stopResult() {
    live.stopResult(new Request.StopResult(connection, nextRequest()));
  }

  /** Requests that were sent so far. */
  long requests() {
    return requests;
  }

  /** The number that the next request will have. */
  long nextRequest() {
    return requests + waiting.size() + 1;
  }

  /** Whether the request under way waits for the server, and not for the engine's computing. */
  boolean isAsking() {
    return asking != null;
  }

  /** Ends what the server does for the request under way. Any thread. */
  private void cancelAsking() {
    Cancellation cancellation = asking;
    if (cancellation != null) {
      cancellation.cancel();
    }
  }

  /** Whether a commit has begun, which does not end before it is done. */
  boolean isCommitting() {
    return committing != null;
  }

  /** What is about to be committed in the request that was lost; null if it was not as far. */
  Notice.@Nullable Committing committing() {
    return committing;
  }

  /** What is sent. */
  private interface Sending {
    void send() throws IOException;
  }

  /**
   * @throws MallardException what the engine answers with
   * @throws EngineLost if it does not
   */
  <T extends Answer> T call(Request request, Class<T> expected) {
    try (Received received = exchange(() -> line.send(request))) {
      return cast(received, expected);
    }
  }

  <T extends Answer> T call(Request request, IpcMessage message, Class<T> expected) {
    try (Received received = exchange(() -> line.send(request, message))) {
      return cast(received, expected);
    }
  }

  <T extends Answer> T call(Request request, BoundRow row, Class<T> expected) {
    try (Received received = exchange(() -> line.send(request, row.header(), row.body()))) {
      return cast(received, expected);
    }
  }

  /**
   * Something whose answer says no more than that it is done: it goes with the next request, before
   * it, and is answered with it. If it fails so does that request, or nothing but the log is told.
   */
  void later(Request request) {
    waiting.add(request);
  }

  /** Closed by the caller: a message may come with the answer. */
  Received callForMessage(Request request) {
    return exchange(() -> line.send(request));
  }

  <T extends Answer> T cast(Received received, Class<T> expected) {
    if (!expected.isInstance(received.said())) {
      throw unexpected(received);
    }
    return expected.cast(received.said());
  }

  private EngineLost unexpected(Received received) {
    return lost(new IOException("unexpected: " + received.said().getClass().getSimpleName()));
  }

  private Received exchange(Sending sending) {
    requests = nextRequest();
    turns++;
    committing = null;
    try {
      while (!waiting.isEmpty()) {
        line.add(waiting.element());
        unanswered.add(waiting.remove());
      }
      sending.send();
      MallardException failure = null;
      while (!unanswered.isEmpty()) {
        failure = first(failure, failure(unanswered.remove()));
      }
      Received received = answer();
      if (failure != null) {
        broken = true; // It is not what whoever asked takes it for.
        received.close();
        throw failure;
      }
      if (received.said() instanceof Answer.Failed failed) {
        received.close();
        throw new MallardException(failed.code(), failed.message());
      }
      return received;
    } catch (ClosedByInterruptException e) {
      broken = true;
      throw new MallardException(ErrorCode.CANCELLED, "the statement was cancelled", e);
    } catch (IOException e) {
      throw lost(e);
    } finally {
      turns++;
    }
  }

  /** Waits for an answer; meanwhile gives the engine those that it wants. */
  private Received answer() throws IOException {
    while (true) {
      Received received = line.receive(live.allocator());
      if (received.said() instanceof Answer) {
        return received;
      }
      try (received) {
        serve(received);
      }
    }
  }

  /** How something failed that went with another request, if that has to fail with it. */
  private @Nullable MallardException failure(Request request) throws IOException {
    try (Received received = answer()) {
      if (!(received.said() instanceof Answer.Failed failed)) {
        return null;
      }
      if (request instanceof Request.Connect) {
        return new MallardException(failed.code(), failed.message());
      }
      LOG.warn("{} failed: {}", request.getClass().getSimpleName(), failed.message());
      return null;
    }
  }

  private static @Nullable MallardException first(
      @Nullable MallardException earlier, @Nullable MallardException later) {
    return earlier == null ? later : earlier;
  }

  private void serve(Received received) throws IOException {
    if (received.said() instanceof Notice.Committing notice) {
      committing = notice;
    } else if (received.said() instanceof Ask) {
      Cancellation cancellation = new Cancellation();
      asking = cancellation;
      try {
        line.send(live.datasets().answer(received, cancellation));
      } finally {
        asking = null;
      }
    } else {
      throw new IOException("unexpected: " + received.said().getClass().getSimpleName());
    }
  }

  private EngineLost lost(IOException why) {
    broken = true;
    return live.lost(why);
  }

  /** Answers what the engine asks on this line, until it is gone. */
  void serveAsks() throws IOException {
    line.send(new Request.TakeAsks());
    while (true) {
      try (Received received = line.receive(live.allocator())) {
        serve(received);
      }
    }
  }

  /** A message whose body is with it or in its place; valid until the next but one. */
  IpcMessage message(Received received, Answer.@Nullable Place place) {
    try {
      if (place == null) {
        return received.taken();
      }
      if (place.number() < 0 || place.number() >= places.length || place.length() < 0) {
        throw new IOException("place " + place.number());
      }
      FileChannel channel = open(place);
      return new IpcMessage(
          received.required().header(), new FileBody(channel, 0, place.length()), null);
    } catch (IOException e) {
      throw lost(e);
    } catch (IllegalArgumentException e) {
      throw lost(new IOException(e));
    }
  }

  private FileChannel open(Answer.Place place) throws IOException {
    String name = place.file();
    FileChannel known = places[place.number()];
    if (name == null && known != null) {
      return known;
    }
    if (name == null || known != null || !FILE.matcher(name).matches()) {
      throw new IOException("place " + name);
    }
    Path file = live.results().resolve(name);
    FileChannel opened = FileChannel.open(file, StandardOpenOption.READ);
    places[place.number()] = opened;
    Files.delete(file);
    return opened;
  }

  @Override
  public void close() {
    broken = true;
    line.close();
    for (FileChannel place : places) {
      if (place != null) {
        live.close(place);
      }
    }
  }
}

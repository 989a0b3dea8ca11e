package dev.mallard.engine.child;

import dev.mallard.engine.link.Handlers;
import dev.mallard.engine.link.Line;
import dev.mallard.engine.link.Received;
import dev.mallard.engine.link.Request;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what comes over a line, one request at a time, until it ends. */
final class ServedLine implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ServedLine.class);

  private final ChildEngine engine;
  private final Line line;
  private final Handlers<Request, Reply> handlers = new Handlers<>(Request.class);
  private final Turn turn = new Turn();
  private @Nullable ServedConnection connection;
  private @Nullable ResultPlaces places;
  private boolean aside;

  ServedLine(ChildEngine engine, Line line) {
    this.engine = engine;
    this.line = line;
    engine.handle(handlers, line);
    ServedConnection.handle(handlers, this::current);
    handlers
        .on(Request.TakeAsks.class, (take, with) -> takeAsks())
        .on(Request.Connect.class, (connect, with) -> connect(connect))
        .on(Request.Disconnect.class, (disconnect, with) -> disconnect())
        .complete();
  }

  private ServedConnection current() {
    if (connection == null) {
      throw new IllegalArgumentException("no connection");
    }
    return connection;
  }

  private Reply takeAsks() {
    aside = true;
    engine.asking().take(line);
    return Reply.DONE;
  }

  private Reply connect(Request.Connect connect) throws IOException {
    disconnect();
    if (places == null) {
      places = new ResultPlaces(engine.results());
    }
    connection = new ServedConnection(engine, connect, places, turn);
    return Reply.DONE;
  }

  private Reply disconnect() {
    ServedConnection before = connection;
    connection = null;
    if (before != null) {
      before.close();
    }
    return Reply.DONE;
  }

  @Override
  public void run() {
    try {
      while (!aside) {
        try (Received request = line.receive(engine.allocator())) {
          answer(request);
        }
        if (connection != null) {
          connection.computeAhead();
        }
      }
    } catch (EOFException | ClosedChannelException e) {
      LOG.debug("a line has ended", e);
    } catch (IOException e) {
      LOG.warn("a line has broken: {}", e.getMessage());
      LOG.debug("there it was", e);
    } finally {
      end();
    }
  }

  private void answer(Received request) throws IOException {
    engine.asking().begin(line);
    Reply reply;
    try {
      reply = handlers.handle(request);
    } catch (Exception e) {
      reply = Reply.of(Failures.answer(e));
    } finally {
      engine.asking().end();
      turn.end();
    }
    if (aside) {
      return;
    }
    if (line.hasMore()) {
      reply.addTo(line); // It is waited for with what comes next.
    } else {
      reply.sendOn(line);
    }
  }

  private void end() {
    if (aside) {
      return; // Whoever asks has it.
    }
    try {
      disconnect();
      if (places != null) {
        places.close();
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("what a line has left could not be closed", e);
    } finally {
      line.close();
    }
  }
}

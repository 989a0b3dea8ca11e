package dev.mallard.flight.put;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MemoryBody;
import dev.mallard.arrow.MessageBody;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.CallCancellation;
import dev.mallard.flight.call.SerialTasks;
import dev.mallard.flight.call.StatusMapper;
import dev.mallard.flight.intake.Intake;
import dev.mallard.flight.ticket.DescriptorTarget;
import dev.mallard.flight.wire.IncomingFrame;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.PutResult;
import org.jspecify.annotations.Nullable;

/**
 * One DoPut: a schema with a descriptor, then batches, then the end. Messages are checked and
 * written one by one. Meanwhile gRPC gathers the next few of a dataset ({@link #MOST_AHEAD}),
 * counted by the {@link Intake}; another is asked for when one is written, so the client is slowed
 * down to what storage takes.
 *
 * <p>gRPC calls it in order, never twice at once. What is done goes on gRPC's thread while a
 * dataset is written, on one that may be blocked if it goes to the SQL engine, and in the end
 * always; in order and never two at once, too. Whatever happens before the end (cancel, disconnect,
 * bad input), what was there stays as it was.
 */
final class PutCall implements StreamObserver<IncomingFrame> {
  /**
   * Messages of a dataset that may come in beside the next one, while one is checked and written.
   */
  private static final int MOST_AHEAD = 2;

  private final DoPut puts;
  private final Executor blocking;
  private final ServerCallStreamObserver<PutResult> client;
  private final CallCancellation call = new CallCancellation();

  /** Runs all that is done, from the first message on. */
  private @Nullable Executor tasks;

  private @Nullable PutSink sink;

  private int mostAhead;

  /** Messages that the client was asked for and that have not been taken. */
  private int asked;

  /** Bytes of the largest message so far. */
  private long largest;

  private boolean ended;

  /**
   * @param blocking has threads that may be blocked
   */
  PutCall(DoPut puts, Executor blocking, ServerCallStreamObserver<PutResult> client) {
    this.puts = puts;
    this.blocking = Context.current().fixedContextExecutor(blocking);
    this.client = client;
    client.disableAutoRequest();
    client.setOnCancelHandler(this::abort);
    client.request(1);
  }

  @Override
  public void onNext(IncomingFrame frame) {
    if (tasks != null) {
      tasks.execute(() -> take(frame, null));
      return;
    }
    tasks = Runnable::run;
    DescriptorTarget target;
    try {
      target = target(frame);
    } catch (RuntimeException e) {
      frame.close();
      fail(e);
      return;
    }
    if (DoPut.isSql(target)) {
      tasks = new SerialTasks(blocking);
    }
    tasks.execute(() -> take(frame, target));
  }

  private static DescriptorTarget target(IncomingFrame frame) {
    if (frame.failure() != null) {
      throw frame.failure();
    }
    FlightDescriptor descriptor = frame.parseDescriptor();
    if (descriptor == null) {
      throw MallardException.invalid(
          "upload: the first message has no descriptor; say which dataset to put");
    }
    return DescriptorTarget.decode(descriptor);
  }

  /**
   * @param target of the first message; null of others
   */
  private void take(IncomingFrame frame, @Nullable DescriptorTarget target) {
    try (frame) {
      if (!ended) {
        call.cancellation().check();
        if (target != null) {
          begin(frame, target);
        } else {
          asked--;
          largest = Math.max(largest, frame.bytes());
          accept(frame, Objects.requireNonNull(sink));
          ask();
        }
      }
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void begin(IncomingFrame frame, DescriptorTarget target) {
    ByteBuffer header = frame.header();
    sink =
        puts.open(target, header == null ? null : ArrowSchemas.read(header), call.cancellation());
    ByteString receipt = sink.start();
    if (receipt == null) {
      mostAhead = DoPut.isSql(target) ? 0 : MOST_AHEAD;
      ask();
    } else {
      complete(receipt);
    }
  }

  /**
   * Asks for the next message, and for as many more as there is memory for if they are as large as
   * those before.
   */
  private void ask() {
    long ahead = largest == 0 ? 0 : Math.min(mostAhead, Intake.room() / largest);
    int more = 1 + (int) ahead - asked;
    if (more > 0) {
      asked += more;
      client.request(more);
    }
  }

  private void complete(@Nullable ByteString receipt) {
    end();
    reply(receipt);
    client.onCompleted();
  }

  private void accept(IncomingFrame frame, PutSink open) {
    if (frame.failure() != null) {
      throw frame.failure();
    }
    // Clients write batches of rows: what stands on the dictionaries that go with one is not
    // theirs.
    boolean isDictionary = false;
    if (frame.header() == null) {
      if (frame.body() != null && frame.body().capacity() > 0) {
        throw MallardException.invalid(open.name() + ": a message has a body but no header");
      }
    } else {
      IpcMessage message = message(frame);
      isDictionary = message.kind() == IpcMessage.Kind.DICTIONARY_BATCH;
      write(open, message);
    }
    byte[] appMetadata = frame.appMetadata();
    if (appMetadata != null && appMetadata.length > 0 && !isDictionary) {
      reply(ByteString.copyFrom(appMetadata));
    }
  }

  private static void write(PutSink open, IpcMessage message) {
    if (message.kind() == IpcMessage.Kind.SCHEMA) {
      message.close();
      throw MallardException.invalid(
          open.name() + ": a second schema came; an upload has one, in its first message");
    }
    open.write(message);
  }

  private void reply(@Nullable ByteString body) {
    if (body != null) {
      client.onNext(PutResult.newBuilder().setAppMetadata(body).build());
    }
  }

  /** The frame's header and body as a message that owns the body. */
  private static IpcMessage message(IncomingFrame frame) {
    MessageBody body = MessageBody.EMPTY;
    if (frame.body() != null) {
      frame.body().getReferenceManager().retain();
      body = new MemoryBody(List.of(frame.body()));
    }
    try {
      byte[] appMetadata = frame.appMetadata();
      return new IpcMessage(
          Objects.requireNonNull(frame.header()),
          body,
          appMetadata == null || appMetadata.length == 0 ? null : appMetadata);
    } catch (RuntimeException e) {
      body.close();
      throw new MallardException(
          ErrorCode.INVALID_ARGUMENT, "upload: a message's header is not an Arrow IPC message", e);
    }
  }

  @Override
  public void onCompleted() {
    last(this::finish);
  }

  private void finish() {
    if (ended) {
      return;
    }
    try {
      call.cancellation().check();
      if (sink == null) {
        throw MallardException.invalid(
            "upload: it ended before a schema came; send a schema, even if there are no rows");
      }
      complete(sink.finish());
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void fail(Throwable e) {
    Throwable cause = call.cause(e);
    end();
    if (!client.isCancelled()) {
      client.onError(StatusMapper.toStatus(cause));
    }
  }

  /** The client went away or gave up. */
  private void abort() {
    call.cancellation().cancel();
    last(this::end);
  }

  @Override
  public void onError(Throwable error) {
    abort();
  }

  /** After all that came before, and where it may wait: for the disk, and for others' commits. */
  private void last(Runnable task) {
    if (tasks == null) {
      task.run();
      return;
    }
    if (!(tasks instanceof SerialTasks)) {
      tasks = new SerialTasks(blocking);
    }
    tasks.execute(task);
  }

  private void end() {
    ended = true;
    call.close();
    if (sink != null) {
      sink.close();
      sink = null;
    }
  }
}

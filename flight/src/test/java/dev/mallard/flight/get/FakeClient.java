package dev.mallard.flight.get;

import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MessageBody;
import dev.mallard.wire.OutgoingFrame;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.jspecify.annotations.Nullable;

/** A client that takes as many messages as it is told to have room for. Thread-safe. */
final class FakeClient extends ServerCallStreamObserver<OutgoingFrame> {
  private final List<IpcMessage.Kind> kinds = new ArrayList<>();
  private int room;
  private boolean gone;
  private int completed;
  private final List<Throwable> errors = new ArrayList<>();

  FakeClient(int room) {
    this.room = room;
  }

  synchronized void makeRoom(int messages) {
    room += messages;
  }

  synchronized void goAway() {
    gone = true;
  }

  synchronized List<IpcMessage.Kind> kinds() {
    return List.copyOf(kinds);
  }

  synchronized int completed() {
    return completed;
  }

  synchronized List<Throwable> errors() {
    return List.copyOf(errors);
  }

  synchronized boolean hasEnded() {
    return completed > 0 || !errors.isEmpty();
  }

  @Override
  public synchronized void onNext(OutgoingFrame frame) {
    if (hasEnded()) {
      throw new IllegalStateException("the call has ended");
    }
    kinds.add(kind(frame));
    room--;
  }

  private static IpcMessage.Kind kind(OutgoingFrame frame) {
    try {
      ByteBuffer header = FlightData.parseFrom(frame).getDataHeader().asReadOnlyByteBuffer();
      return new IpcMessage(header, MessageBody.EMPTY, null).kind();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void onError(Throwable error) {
    errors.add(error);
  }

  @Override
  public synchronized void onCompleted() {
    completed++;
  }

  @Override
  public synchronized boolean isReady() {
    return room > 0;
  }

  @Override
  public synchronized boolean isCancelled() {
    return gone;
  }

  @Override
  public void setOnCancelHandler(@Nullable Runnable onCancel) {}

  @Override
  public void setOnReadyHandler(@Nullable Runnable onReady) {}

  @Override
  public void setCompression(String compression) {}

  @Override
  public void disableAutoInboundFlowControl() {}

  @Override
  public void request(int count) {}

  @Override
  public void setMessageCompression(boolean enable) {}
}

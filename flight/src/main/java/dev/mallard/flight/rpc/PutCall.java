package dev.mallard.flight.rpc;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MemoryBody;
import dev.mallard.arrow.MessageBody;
import dev.mallard.catalog.Changes;
import dev.mallard.catalog.PutMode;
import dev.mallard.catalog.Upload;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.flight.wire.IncomingFrame;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.PutResult;
import org.jspecify.annotations.Nullable;

/**
 * One DoPut: a schema with a descriptor, then batches, then the end. Messages are taken one by one:
 * the next is asked for when the one before it is checked and written, so the client is slowed down
 * to what storage takes.
 *
 * <p>gRPC calls it in order, never twice at once. Whatever happens before the end (cancel,
 * disconnect, bad input), the dataset stays as it was.
 */
final class PutCall implements StreamObserver<IncomingFrame> {
  private final Changes changes;
  private final ServerCallStreamObserver<PutResult> client;
  private @Nullable Upload upload;
  private boolean ended;

  PutCall(Changes changes, ServerCallStreamObserver<PutResult> client) {
    this.changes = changes;
    this.client = client;
    client.disableAutoRequest();
    client.setOnCancelHandler(this::abort);
    client.request(1);
  }

  @Override
  public void onNext(IncomingFrame frame) {
    try (frame) {
      if (!ended) {
        accept(frame);
        client.request(1);
      }
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void accept(IncomingFrame frame) {
    if (frame.failure() != null) {
      throw frame.failure();
    }
    if (upload == null) {
      upload = begin(frame);
      return;
    }
    if (frame.header() == null) {
      if (frame.body() != null && frame.body().capacity() > 0) {
        throw MallardException.invalid(
            "upload to '" + upload.name() + "': a message has a body but no header");
      }
    } else {
      write(upload, message(frame));
    }
    byte[] appMetadata = frame.appMetadata();
    if (appMetadata != null && appMetadata.length > 0) {
      client.onNext(
          PutResult.newBuilder().setAppMetadata(ByteString.copyFrom(appMetadata)).build());
    }
  }

  private static void write(Upload upload, IpcMessage message) {
    if (message.kind() == IpcMessage.Kind.SCHEMA) {
      message.close();
      throw MallardException.invalid(
          "upload to '"
              + upload.name()
              + "': a second schema came; an upload has one, in its first message");
    }
    upload.write(message);
  }

  private Upload begin(IncomingFrame frame) {
    FlightDescriptor descriptor = frame.parseDescriptor();
    if (descriptor == null) {
      throw MallardException.invalid(
          "upload: the first message has no descriptor; say which dataset to put");
    }
    ByteBuffer header = frame.header();
    if (header == null) {
      throw MallardException.invalid(
          "upload: the first message has no schema; send it before any batch");
    }
    PutMode mode = CallHeaders.current().putMode();
    DescriptorTarget target = DescriptorTarget.decode(descriptor);
    List<String> path;
    if (target instanceof DescriptorTarget.Append append) {
      mode = PutMode.APPEND;
      path = append.path();
    } else {
      path = ((DescriptorTarget.Dataset) target).path();
    }
    return changes.put(path, mode, ArrowSchemas.read(header));
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
          java.util.Objects.requireNonNull(frame.header()),
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
    if (ended) {
      return;
    }
    try {
      if (upload == null) {
        throw MallardException.invalid(
            "upload: it ended before a schema came; send a schema, even if there are no rows");
      }
      byte[] receipt = Json.write(upload.commit());
      end();
      client.onNext(PutResult.newBuilder().setAppMetadata(ByteString.copyFrom(receipt)).build());
      client.onCompleted();
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void fail(RuntimeException e) {
    end();
    if (!client.isCancelled()) {
      client.onError(StatusMapper.toStatus(e));
    }
  }

  /** The client went away or gave up. */
  private void abort() {
    end();
  }

  @Override
  public void onError(Throwable error) {
    end();
  }

  private void end() {
    ended = true;
    if (upload != null) {
      upload.close();
      upload = null;
    }
  }
}

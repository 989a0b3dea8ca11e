package dev.mallard.flight.put;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.CheckLimits;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MessageIntake;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Keeps rows of parameters in memory until the last has come, then hands them on. */
final class ParameterPut implements PutSink {
  /** What is done with the parameters; takes them over. */
  interface Then {
    /**
     * @param rows null if there are none
     * @return the reply
     */
    ByteString apply(@Nullable BatchStream rows);
  }

  private final String name;
  private final @Nullable Schema schema;
  private final @Nullable MessageIntake intake;
  private final CheckLimits limits;
  private final Runnable check;
  private final Then then;
  private final Deque<IpcMessage> messages = new ArrayDeque<>();
  private long bytes;

  /**
   * @param schema of the parameters; without columns or null if there are none
   * @param check refuses, before any row has come, what {@code then} would refuse
   */
  ParameterPut(
      String name,
      @Nullable Schema schema,
      BufferAllocator allocator,
      CheckLimits limits,
      Runnable check,
      Then then) {
    this.name = name;
    this.schema = schema == null || schema.getFields().isEmpty() ? null : schema;
    this.intake = this.schema == null ? null : new MessageIntake(this.schema, allocator, limits);
    this.limits = limits;
    this.check = check;
    this.then = then;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public @Nullable ByteString start() {
    check.run();
    return null;
  }

  @Override
  public void write(IpcMessage message) {
    if (intake == null) {
      message.close();
      return;
    }
    try {
      IpcMessage plain = intake.plain(message);
      messages.add(plain);
      bytes += plain.encodedBytes();
    } catch (IOException e) {
      throw new MallardException(ErrorCode.INTERNAL, name + ": reading the parameters failed", e);
    }
    if (bytes > limits.messageBytes()) {
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "%s: more than %d bytes of parameters; ingest them into a table instead"
              .formatted(name, limits.messageBytes()));
    }
  }

  @Override
  public ByteString finish() {
    return then.apply(schema == null ? null : new Rows(schema, taken()));
  }

  private Deque<IpcMessage> taken() {
    Deque<IpcMessage> all = new ArrayDeque<>(messages);
    messages.clear();
    return all;
  }

  @Override
  public void close() {
    messages.forEach(IpcMessage::close);
    messages.clear();
  }

  /** Owns the messages that have not been asked for. */
  private record Rows(Schema schema, Deque<IpcMessage> rest) implements BatchStream {
    @Override
    public @Nullable IpcMessage next() {
      return rest.poll();
    }

    @Override
    public void close() {
      rest.forEach(IpcMessage::close);
      rest.clear();
    }
  }
}

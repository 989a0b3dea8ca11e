package dev.mallard.engine.link;

import dev.mallard.arrow.FullWrites;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MemoryBody;
import dev.mallard.arrow.MessageBody;
import dev.mallard.error.Closer;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection between server and engine, on which both say one thing at a time. A frame is three
 * numbers (the lengths of what follows), then JSON, and the header and the body of an Arrow message
 * if there is one. One thread at a time.
 *
 * <p>Whatever is longer than a receiver expects ends the line: an {@link IOException}.
 */
public final class Line implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Line.class);
  private static final int PREFIX = 4 + 4 + 8;
  private static final int MOST_JSON = 64 << 20;
  private static final int MOST_HEADER = 64 << 20;

  /** Bodies up to this length are copied once more rather than written one buffer at a time. */
  private static final int SMALL_BODY = 64 << 10;

  private static final int BUFFER = 32 << 10;

  private final SocketChannel channel;
  private final long mostBody;
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER).flip();
  private ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
  private final Deque<Received> putOff = new ArrayDeque<>();

  /**
   * @param channel closed with it
   * @param mostBody the longest body that is taken
   */
  public Line(SocketChannel channel, long mostBody) {
    this.channel = channel;
    this.mostBody = mostBody;
  }

  public void send(Said said) throws IOException {
    add(said);
    flush();
  }

  /** As {@link #send(Said)}, but it goes with what is sent next. */
  public void add(Said said) throws IOException {
    byte[] json = Json.write(said);
    begin(json, 0, 0);
  }

  /**
   * @param message stays the caller's
   */
  public void send(Said said, IpcMessage message) throws IOException {
    send(said, message.header(), message.body());
  }

  /**
   * @param header of a message
   * @param body sent with it; {@link MessageBody#EMPTY} if it goes another way
   */
  public void send(Said said, ByteBuffer header, MessageBody body) throws IOException {
    byte[] json = Json.write(said);
    int before = out.position();
    begin(json, header.remaining(), body.length());
    room(header.remaining()).put(header);
    if (body.length() <= SMALL_BODY) {
      room((int) body.length());
      appendOrForget(body, before);
      flush();
      return;
    }
    flush();
    body.writeTo(channel);
  }

  /** What cannot be read to its end is not said at all. */
  private void appendOrForget(MessageBody body, int before) throws IOException {
    try {
      body.writeTo(new Appending());
    } catch (Throwable e) {
      out.position(before);
      throw e;
    }
  }

  /** As {@link #send(Said, IpcMessage)}, of a message whose body is in plain memory. */
  public void send(Said said, ByteBuffer header, ByteBuffer body) throws IOException {
    byte[] json = Json.write(said);
    begin(json, header.remaining(), body.remaining());
    room(header.remaining()).put(header);
    flush();
    FullWrites.write(channel, body);
  }

  private void begin(byte[] json, int header, long body) {
    room(PREFIX + json.length).putInt(json.length).putInt(header).putLong(body).put(json);
  }

  /** The buffer with room for so many more bytes. */
  private ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      int wanted = Math.addExact(out.position(), bytes);
      ByteBuffer larger = ByteBuffer.allocateDirect(Math.max(wanted, out.capacity()));
      out = larger.put(out.flip());
    }
    return out;
  }

  private void flush() throws IOException {
    FullWrites.write(channel, out.flip());
    out.clear();
    if (out.capacity() > 8 * SMALL_BODY) {
      out = ByteBuffer.allocateDirect(BUFFER);
    }
  }

  /** Bodies into the buffer, which has the room. */
  private final class Appending implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) {
      int length = bytes.remaining();
      out.put(bytes);
      return length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  /**
   * Waits for what the other side says.
   *
   * @param allocator what bodies are accounted to
   * @throws EOFException if it will say nothing more
   * @throws IOException if it says what cannot be understood
   */
  public Received receive(BufferAllocator allocator) throws IOException {
    Received earlier = putOff.poll();
    return earlier == null ? read(allocator) : earlier;
  }

  /**
   * As {@link #receive}, but what is said of another kind is received later: the other side may
   * have said what comes next before it was asked for something.
   */
  public <T extends Said> T receiveFirst(Class<T> wanted, BufferAllocator allocator)
      throws IOException {
    while (true) {
      Received received = read(allocator);
      if (wanted.isInstance(received.said())) {
        received.close();
        return wanted.cast(received.said());
      }
      putOff.add(received);
    }
  }

  private Received read(BufferAllocator allocator) throws IOException {
    need(PREFIX);
    int json = in.getInt();
    int header = in.getInt();
    long body = in.getLong();
    if (json < 2 || json > MOST_JSON || header < 0 || header > MOST_HEADER) {
      throw new IOException("a frame of %d and %d bytes".formatted(json, header));
    }
    if (body < 0 || body > mostBody || (header == 0 && body > 0)) {
      throw new IOException("a body of " + body + " bytes");
    }
    Said said = Json.read(bytes(json));
    return new Received(said, header == 0 ? null : message(bytes(header), body, allocator));
  }

  private IpcMessage message(byte[] header, long length, BufferAllocator allocator)
      throws IOException {
    MessageBody body = length == 0 ? MessageBody.EMPTY : body(length, allocator);
    try {
      return new IpcMessage(ByteBuffer.wrap(header), body, null);
    } catch (IllegalArgumentException e) {
      body.close();
      throw new IOException("a message that cannot be read", e);
    }
  }

  private MessageBody body(long length, BufferAllocator allocator) throws IOException {
    ArrowBuf buffer = allocator.buffer(length);
    try {
      for (long done = 0; done < length; ) {
        int step = (int) Math.min(1 << 30, length - done);
        fill(buffer.nioBuffer(done, step));
        done += step;
      }
      buffer.writerIndex(length);
      return new MemoryBody(List.of(buffer));
    } catch (Throwable e) {
      Closer.closeAfter(e, buffer);
      throw e;
    }
  }

  private byte[] bytes(int length) throws IOException {
    byte[] bytes = new byte[length];
    fill(ByteBuffer.wrap(bytes));
    return bytes;
  }

  /** First what has been read ahead, then from the channel straight. */
  private void fill(ByteBuffer target) throws IOException {
    int ahead = Math.min(in.remaining(), target.remaining());
    target.put(in.slice().limit(ahead));
    in.position(in.position() + ahead);
    while (target.remaining() > BUFFER) {
      if (channel.read(target) < 0) {
        throw new EOFException("the other side has gone");
      }
    }
    while (target.hasRemaining()) {
      need(1);
      int step = Math.min(in.remaining(), target.remaining());
      target.put(in.slice().limit(step));
      in.position(in.position() + step);
    }
  }

  private void need(int bytes) throws IOException {
    while (in.remaining() < bytes) {
      in.compact();
      int read = channel.read(in);
      in.flip();
      if (read < 0) {
        throw new EOFException("the other side has gone");
      }
    }
  }

  /** Whether the other side has said more than was received, as far as that has come. */
  public boolean hasMore() {
    return in.hasRemaining() || !putOff.isEmpty();
  }

  /** Any thread: whoever waits gets an {@link IOException}. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("a line could not be closed", e);
    }
  }
}

package dev.mallard.arrow;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.WritableByteChannel;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The body of an IPC message: its buffers, each padded to 8 bytes, back to back. It may be in
 * memory, still in a file, or partly here and partly there; either way it can be sent, stored, or
 * read in part without being loaded whole.
 *
 * <p>Not thread-safe; closed once by the message that owns it.
 */
public sealed interface MessageBody extends AutoCloseable permits MemoryBody, FileBody, PiecedBody {
  MessageBody EMPTY = new MemoryBody(java.util.List.of());

  /** Length in bytes, padding included: the message's {@code bodyLength}. */
  long length();

  /** Copies the whole body out. */
  void writeTo(OutputStream out) throws IOException;

  /** Appends the whole body to {@code target}, which blocks. */
  void writeTo(WritableByteChannel target) throws IOException;

  /**
   * Part of the body in memory: a retained slice where it is in memory already, a fresh buffer
   * otherwise. The caller closes it.
   *
   * @throws IndexOutOfBoundsException if the range is not within the body
   */
  ArrowBuf read(long offset, long length, BufferAllocator allocator) throws IOException;

  /**
   * Part of the body as a body of its own, without a copy where that can be. The caller closes it,
   * before or after this one.
   *
   * @throws IndexOutOfBoundsException if the range is not within the body
   */
  MessageBody range(long offset, long length, BufferAllocator allocator) throws IOException;

  /** Tells what it consists of, in order. */
  void visit(BodyPieces visitor) throws IOException;

  @Override
  void close();
}

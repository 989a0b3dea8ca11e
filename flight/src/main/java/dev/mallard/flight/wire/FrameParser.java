package dev.mallard.flight.wire;

import com.google.protobuf.WireFormat;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.wire.FlightDataFields;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import io.grpc.StatusRuntimeException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;

/**
 * Takes one FlightData frame apart. No length that the frame declares is believed beyond the bytes
 * that are really there, and the body is copied once, into Arrow memory.
 */
final class FrameParser {
  /** Far beyond any real schema; these parts go to the heap, which bodies do not. */
  private static final int MAX_HEADER_BYTES = 32 << 20;

  private static final int MAX_APP_METADATA_BYTES = 16 << 20;
  private static final int MAX_DESCRIPTOR_BYTES = 8 << 20;

  private final InputStream in;
  private final BufferAllocator allocator;

  private byte @Nullable [] descriptor;
  private byte @Nullable [] header;
  private byte @Nullable [] appMetadata;
  private @Nullable ArrowBuf body;

  private FrameParser(InputStream in, BufferAllocator allocator) {
    this.in = in;
    this.allocator = allocator;
  }

  /** Never throws for what a client sent: the frame then carries the failure. */
  static IncomingFrame parse(InputStream in, BufferAllocator allocator) {
    if (in instanceof KnownLength) {
      return parseSized(in, allocator);
    }
    try (InflatedMessage inflated = InflatedMessage.of(in, allocator)) {
      return parseSized(inflated, allocator);
    } catch (OutOfMemoryException e) {
      return IncomingFrame.failed(usedUp(e));
    } catch (StatusRuntimeException e) {
      return IncomingFrame.failed(
          new MallardException(
              ErrorCode.RESOURCE_EXHAUSTED,
              "upload: a message is too large once unpacked; send smaller batches",
              e));
    } catch (IOException e) {
      return IncomingFrame.failed(
          new MallardException(
              ErrorCode.INVALID_ARGUMENT, "upload: a message's gRPC compression is damaged", e));
    }
  }

  private static IncomingFrame parseSized(InputStream in, BufferAllocator allocator) {
    FrameParser parser = new FrameParser(in, allocator);
    try {
      parser.readFields();
      ByteBuffer header = parser.header == null ? null : ByteBuffer.wrap(parser.header);
      return new IncomingFrame(parser.descriptor, header, parser.appMetadata, parser.body, null);
    } catch (MallardException e) {
      parser.release();
      return IncomingFrame.failed(e);
    } catch (OutOfMemoryException e) {
      parser.release();
      return IncomingFrame.failed(usedUp(e));
    } catch (IOException e) {
      parser.release();
      return IncomingFrame.failed(malformed("it ends too early"));
    }
  }

  private static MallardException usedUp(OutOfMemoryException e) {
    return new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED,
        "upload: the server's memory for uploads is used up; send smaller batches, or try again later",
        e);
  }

  private void release() {
    if (body != null) {
      body.close();
      body = null;
    }
  }

  private void readFields() throws IOException {
    while (in.available() > 0) {
      int tag = (int) readVarint();
      if (tag == FlightDataFields.DESCRIPTOR) {
        descriptor = readBytes("descriptor", MAX_DESCRIPTOR_BYTES);
      } else if (tag == FlightDataFields.DATA_HEADER) {
        header = readBytes("header", MAX_HEADER_BYTES);
      } else if (tag == FlightDataFields.APP_METADATA) {
        appMetadata = readBytes("app_metadata", MAX_APP_METADATA_BYTES);
      } else if (tag == FlightDataFields.DATA_BODY) {
        release();
        body = readBody();
      } else {
        skip(tag);
      }
    }
  }

  private byte[] readBytes(String field, int most) throws IOException {
    int length = readLength();
    if (length > most) {
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "upload: a message's %s has %d bytes (at most %d)".formatted(field, length, most));
    }
    byte[] bytes = new byte[length];
    if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
      throw new EOFException();
    }
    return bytes;
  }

  private ArrowBuf readBody() throws IOException {
    int length = readLength();
    ArrowBuf target = allocator.buffer(length);
    try {
      if (in instanceof HasByteBuffer source && source.byteBufferSupported()) {
        copyBuffers(source, target, length);
      } else {
        copyBytes(target, length);
      }
      target.writerIndex(length);
      return target;
    } catch (Throwable e) {
      Closer.closeAfter(e, target);
      throw e;
    }
  }

  private void copyBuffers(HasByteBuffer source, ArrowBuf target, int length) throws IOException {
    for (int done = 0; done < length; ) {
      ByteBuffer piece = source.getByteBuffer();
      if (piece == null || !piece.hasRemaining()) {
        throw new EOFException();
      }
      int step = Math.min(piece.remaining(), length - done);
      piece.limit(piece.position() + step);
      target.setBytes(done, piece);
      in.skipNBytes(step);
      done += step;
    }
  }

  private void copyBytes(ArrowBuf target, int length) throws IOException {
    byte[] copy = new byte[Math.min(length, 64 * 1024)];
    for (int done = 0; done < length; ) {
      int read = in.read(copy, 0, Math.min(copy.length, length - done));
      if (read <= 0) {
        throw new EOFException();
      }
      target.setBytes(done, copy, 0, read);
      done += read;
    }
  }

  /** A length that the rest of the frame bears out. */
  private int readLength() throws IOException {
    long length = readVarint();
    if (length < 0 || length > in.available()) {
      throw malformed(
          "a field declares " + length + " bytes where " + in.available() + " are left");
    }
    return (int) length;
  }

  private long readVarint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      value |= (long) (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw malformed("a number has more than ten bytes");
  }

  /** Fields that later versions of Flight may add. */
  private void skip(int tag) throws IOException {
    switch (tag & 7) {
      case WireFormat.WIRETYPE_VARINT -> readVarint();
      case WireFormat.WIRETYPE_FIXED64 -> in.skipNBytes(8);
      case WireFormat.WIRETYPE_FIXED32 -> in.skipNBytes(4);
      case WireFormat.WIRETYPE_LENGTH_DELIMITED -> in.skipNBytes(readLength());
      default -> throw malformed("unknown wire type " + (tag & 7));
    }
  }

  private static MallardException malformed(String problem) {
    return MallardException.invalid("upload: a message is not a FlightData message: " + problem);
  }
}

package dev.mallard.arrow;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Compresses and decompresses the bodies of record and dictionary batches. Stateless. Results are
 * new messages in memory, which the caller closes; the message that is given stays its caller's,
 * too. App metadata and custom metadata are kept.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#compression">Compression of
 *     record batch bodies</a>
 */
public final class BodyCodec {
  /** Before each compressed buffer: its length when decompressed, or {@link #STORED}. */
  private static final int PREFIX = 8;

  private static final long STORED = -1;

  private BodyCodec() {}

  public static boolean isCompressed(IpcMessage message) {
    return message.kind() != IpcMessage.Kind.SCHEMA && BatchHeader.read(message).compressed();
  }

  /**
   * The same batch with a compressed body. Buffers that compression would not make smaller are
   * stored as they are. A message that is compressed already must be decompressed first.
   */
  public static IpcMessage compress(
      IpcMessage message, Compression compression, BufferAllocator allocator) throws IOException {
    BatchHeader header = BatchHeader.read(message);
    if (header.compressed()) {
      throw new IllegalArgumentException("the message is compressed already");
    }
    MessageBody body = message.body();
    try (BufferCodec codec = BufferCodec.of(compression);
        ArrowBuf target = allocator.buffer(Math.max(8, bound(header, codec)))) {
      long[] ranges = new long[header.buffers().length];
      long position = 0;
      for (int i = 0; i < ranges.length; i += 2) {
        long size = header.buffers()[i + 1];
        try (ArrowBuf source = body.read(header.buffers()[i], size, allocator)) {
          ranges[i] = position;
          ranges[i + 1] = size == 0 ? 0 : compress(codec, source, target, position);
        }
        position = pad(target, position + ranges[i + 1]);
      }
      return result(message, header, ranges, compression.code(), target, position);
    }
  }

  private static long bound(BatchHeader header, BufferCodec codec) {
    long total = 0;
    for (int i = 1; i < header.buffers().length; i += 2) {
      long size = header.buffers()[i];
      total += 2 * PREFIX + (size == 0 ? 0 : Math.max(size, codec.bound(size)));
    }
    return total;
  }

  private static long compress(BufferCodec codec, ArrowBuf source, ArrowBuf target, long position) {
    long size = source.readableBytes();
    if (size <= CheckLimits.MOST_BUFFER_BYTES) {
      long written = codec.compress(source, source.readerIndex(), size, target, position + PREFIX);
      if (written < size) {
        target.setLong(position, size);
        return PREFIX + written;
      }
    }
    target.setLong(position, STORED);
    target.setBytes(position + PREFIX, source, source.readerIndex(), size);
    return PREFIX + size;
  }

  /** Zeroes up to the next multiple of 8: what was in the memory before must not get out. */
  private static long pad(ArrowBuf target, long position) {
    long padded = MemoryBody.padded(position);
    target.setZero(position, padded - position);
    return padded;
  }

  /**
   * The same batch with a plain body. All lengths are checked against the limits before memory is
   * allocated for them; what a compressed buffer holds must be exactly as long as it says.
   *
   * @throws MallardException INVALID_ARGUMENT if a buffer is damaged; RESOURCE_EXHAUSTED if it
   *     would become larger than allowed
   */
  public static IpcMessage decompress(
      IpcMessage message, BufferAllocator allocator, CheckLimits limits) throws IOException {
    BatchHeader header = BatchHeader.read(message);
    if (!header.compressed()) {
      throw new IllegalArgumentException("the message is not compressed");
    }
    MessageBody body = message.body();
    checkRanges(header, body.length());
    try (ArrowBuf source = body.read(0, body.length(), allocator)) {
      long[] ranges = decompressedRanges(header, source, limits);
      int count = ranges.length;
      long total = count == 0 ? 0 : MemoryBody.padded(ranges[count - 2] + ranges[count - 1]);
      try (BufferCodec codec = BufferCodec.of(Compression.of(header.codec()));
          ArrowBuf target = allocator.buffer(Math.max(8, total))) {
        for (int i = 0; i < count; i += 2) {
          decompress(
              codec, source, header.buffers()[i], header.buffers()[i + 1], target, ranges, i);
          pad(target, ranges[i] + ranges[i + 1]);
        }
        return result(message, header, ranges, BatchHeader.UNCOMPRESSED, target, total);
      }
    }
  }

  private static void checkRanges(BatchHeader header, long bodyLength) {
    for (int i = 0; i < header.buffers().length; i += 2) {
      long offset = header.buffers()[i];
      long size = header.buffers()[i + 1];
      if (offset < 0 || size < 0 || offset > bodyLength || size > bodyLength - offset) {
        throw MallardException.invalid(
            "record batch: compressed buffer %d is not within the message's body".formatted(i / 2));
      }
      if (size > 0 && size < PREFIX) {
        throw MallardException.invalid(
            "record batch: compressed buffer %d has no length before it".formatted(i / 2));
      }
    }
  }

  /** Where the buffers will be, once it is known that all of them together are not too large. */
  private static long[] decompressedRanges(
      BatchHeader header, ArrowBuf source, CheckLimits limits) {
    long[] ranges = new long[header.buffers().length];
    long position = 0;
    long compressed = 0;
    for (int i = 0; i < ranges.length; i += 2) {
      long size = header.buffers()[i + 1];
      ranges[i] = position;
      if (size > 0) {
        long declared = source.getLong(header.buffers()[i]);
        ranges[i + 1] = declared == STORED ? size - PREFIX : declared;
        compressed += size - PREFIX;
      }
      if (ranges[i + 1] < 0) {
        throw MallardException.invalid(
            "record batch: compressed buffer %d declares the length %d"
                .formatted(i / 2, ranges[i + 1]));
      }
      if (ranges[i + 1] > limits.bufferBytes()) {
        throw exhausted("a buffer of " + ranges[i + 1] + " bytes");
      }
      position += MemoryBody.padded(ranges[i + 1]);
      if (position > limits.messageBytes()) {
        throw exhausted("more than " + limits.messageBytes() + " bytes");
      }
    }
    if (position / limits.ratio() > compressed) {
      throw exhausted(position + " bytes from " + compressed);
    }
    return ranges;
  }

  private static MallardException exhausted(String what) {
    return new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED,
        "record batch: it would decompress to " + what + "; send smaller batches");
  }

  private static void decompress(
      BufferCodec codec,
      ArrowBuf source,
      long from,
      long size,
      ArrowBuf target,
      long[] ranges,
      int i) {
    if (size == 0) {
      return;
    }
    if (source.getLong(from) == STORED) {
      target.setBytes(ranges[i], source, from + PREFIX, ranges[i + 1]);
    } else {
      codec.decompress(source, from + PREFIX, size - PREFIX, target, ranges[i], ranges[i + 1]);
    }
  }

  private static IpcMessage result(
      IpcMessage message,
      BatchHeader header,
      long[] ranges,
      byte codec,
      ArrowBuf target,
      long bodyLength) {
    BatchHeader changed =
        new BatchHeader(
            header.dictionary(),
            header.rows(),
            header.nodes(),
            ranges,
            codec,
            header.variadicCounts(),
            header.customMetadata(),
            bodyLength,
            header.version());
    target.writerIndex(bodyLength);
    target.getReferenceManager().retain();
    return new IpcMessage(changed.encode(), new MemoryBody(List.of(target)), message.appMetadata());
  }
}

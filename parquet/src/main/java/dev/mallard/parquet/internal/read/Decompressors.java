package dev.mallard.parquet.internal.read;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.mallard.arrow.natives.NativeLibraries;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.CompressionCodec;
import org.brotli.dec.BrotliInputStream;
import org.lwjgl.util.lz4.LZ4;
import org.xerial.snappy.Snappy;

/**
 * Parquet's codecs. A result that is not exactly as long as the page says is an error. Shared by
 * the threads of one reader, which closes it when none of them works any more.
 */
final class Decompressors implements AutoCloseable {
  private final BufferAllocator allocator;
  private final HeapBudget heap = new HeapBudget();
  private final Queue<ZstdDecompressCtx> zstdContexts = new ConcurrentLinkedQueue<>();

  Decompressors(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** What the reader's columns share. */
  HeapBudget heap() {
    return heap;
  }

  static boolean knows(CompressionCodec codec) {
    return codec != CompressionCodec.LZO;
  }

  /** Fills {@code out[0, outLength)}. */
  void decompress(
      CompressionCodec codec, byte[] in, int inAt, int inLength, byte[] out, int outLength) {
    int written;
    try {
      written = run(codec, in, inAt, inLength, out, outLength);
    } catch (IOException | ZstdException e) {
      throw new CorruptPageException("a page cannot be unpacked", e);
    }
    if (written != outLength) {
      throw new CorruptPageException(
          "a page unpacks to " + written + " bytes (expected: " + outLength + ")");
    }
  }

  private int run(
      CompressionCodec codec, byte[] in, int inAt, int inLength, byte[] out, int outLength)
      throws IOException {
    return switch (codec) {
      case ZSTD -> zstd(in, inAt, inLength, out, outLength);
      case SNAPPY -> snappy(in, inAt, inLength, out, outLength);
      case GZIP ->
          readAll(
              new GZIPInputStream(new ByteArrayInputStream(in, inAt, inLength), 64 * 1024),
              out,
              outLength);
      case BROTLI ->
          readAll(
              new BrotliInputStream(new ByteArrayInputStream(in, inAt, inLength)), out, outLength);
      case LZ4_RAW -> lz4Block(in, inAt, inLength, out, 0, outLength);
      case LZ4 -> hadoopLz4(in, inAt, inLength, out, outLength);
      default -> throw new CorruptPageException("codec " + codec);
    };
  }

  private int zstd(byte[] in, int inAt, int inLength, byte[] out, int outLength) {
    ZstdDecompressCtx pooled = zstdContexts.poll();
    ZstdDecompressCtx context = pooled == null ? new ZstdDecompressCtx() : pooled;
    try {
      return context.decompressByteArray(out, 0, outLength, in, inAt, inLength);
    } finally {
      zstdContexts.add(context);
    }
  }

  private static int snappy(byte[] in, int inAt, int inLength, byte[] out, int outLength)
      throws IOException {
    // The native code writes as much as the stream says: ask it first.
    int declared = Snappy.uncompressedLength(in, inAt, inLength);
    if (declared != outLength) {
      return declared;
    }
    return Snappy.uncompress(in, inAt, inLength, out, 0);
  }

  private static int readAll(InputStream source, byte[] out, int outLength) throws IOException {
    try (source) {
      int done = source.readNBytes(out, 0, outLength);
      return source.read() < 0 ? done : -1;
    }
  }

  /**
   * Hadoop puts each block's two lengths before it, big-endian; other writers of the same codec
   * number left them out.
   */
  private int hadoopLz4(byte[] in, int inAt, int inLength, byte[] out, int outLength) {
    ByteBuffer source = ByteBuffer.wrap(in, inAt, inLength).slice().order(ByteOrder.BIG_ENDIAN);
    int done = 0;
    while (source.remaining() >= 8) {
      int blockOut = source.getInt();
      int blockIn = source.getInt();
      boolean plausible =
          blockIn >= 0
              && blockIn <= source.remaining()
              && blockOut >= 0
              && blockOut <= outLength - done;
      if (!plausible) {
        return lz4Block(in, inAt, inLength, out, 0, outLength);
      }
      int written = lz4Block(in, inAt + source.position(), blockIn, out, done, outLength - done);
      if (written != blockOut) {
        return lz4Block(in, inAt, inLength, out, 0, outLength);
      }
      done += written;
      source.position(source.position() + blockIn);
    }
    return source.hasRemaining() ? lz4Block(in, inAt, inLength, out, 0, outLength) : done;
  }

  private int lz4Block(byte[] in, int inAt, int inLength, byte[] out, int outAt, int outLength) {
    if (inLength == 0) {
      return 0;
    }
    NativeLibraries.load();
    try (ArrowBuf source = allocator.buffer(inLength);
        ArrowBuf target = allocator.buffer(Math.max(1, outLength))) {
      source.setBytes(0, in, inAt, inLength);
      int written =
          LZ4.LZ4_decompress_safe(source.nioBuffer(0, inLength), target.nioBuffer(0, outLength));
      if (written > 0) {
        target.getBytes(0, out, outAt, written);
      }
      return written;
    }
  }

  @Override
  public void close() {
    for (ZstdDecompressCtx context = zstdContexts.poll();
        context != null;
        context = zstdContexts.poll()) {
      context.close();
    }
  }
}

package dev.mallard.arrow;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.mallard.arrow.natives.NativeLibraries;
import dev.mallard.error.MallardException;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.util.lz4.LZ4Frame;

/**
 * One codec at work on native memory. Its state is the native library's and is freed by {@link
 * #close()}. Not thread-safe.
 */
sealed interface BufferCodec extends AutoCloseable {
  /** Most bytes that {@code size} bytes can become. */
  long bound(long size);

  /** Compresses into {@code target} and returns how many bytes it took. */
  long compress(ArrowBuf source, long from, long size, ArrowBuf target, long to);

  /**
   * Decompresses into {@code target}.
   *
   * @throws MallardException INVALID_ARGUMENT if the source is damaged or does not hold exactly
   *     {@code expected} bytes
   */
  void decompress(ArrowBuf source, long from, long size, ArrowBuf target, long to, long expected);

  @Override
  void close();

  static BufferCodec of(Compression compression) {
    return switch (compression) {
      case LZ4_FRAME -> new Lz4();
      case ZSTD -> new Zstandard();
    };
  }

  private static MallardException damaged(@org.jspecify.annotations.Nullable Throwable cause) {
    return new MallardException(
        dev.mallard.error.ErrorCode.INVALID_ARGUMENT,
        "record batch: a compressed buffer is damaged or not as long as it says",
        cause);
  }

  /** Frames of one shot: no state is needed to compress; Arrow C++ writes linked blocks. */
  final class Lz4 implements BufferCodec {
    static {
      NativeLibraries.load();
    }

    private long context;

    @Override
    public long bound(long size) {
      return LZ4Frame.nLZ4F_compressFrameBound(size, MemoryUtil.NULL);
    }

    @Override
    public long compress(ArrowBuf source, long from, long size, ArrowBuf target, long to) {
      target.checkBytes(to, to + bound(size));
      source.checkBytes(from, from + size);
      long written =
          LZ4Frame.nLZ4F_compressFrame(
              target.memoryAddress() + to,
              bound(size),
              source.memoryAddress() + from,
              size,
              MemoryUtil.NULL);
      if (LZ4Frame.LZ4F_isError(written)) {
        throw new IllegalStateException("LZ4: " + LZ4Frame.LZ4F_getErrorName(written));
      }
      return written;
    }

    @Override
    public void decompress(
        ArrowBuf source, long from, long size, ArrowBuf target, long to, long expected) {
      source.checkBytes(from, from + size);
      target.checkBytes(to, to + expected);
      open();
      long read = 0;
      long written = 0;
      try (MemoryStack stack = MemoryStack.stackPush()) {
        PointerBuffer sourceSize = stack.mallocPointer(1);
        PointerBuffer targetSize = stack.mallocPointer(1);
        long hint = 1;
        while (hint != 0) {
          sourceSize.put(0, size - read);
          targetSize.put(0, expected - written);
          hint =
              LZ4Frame.nLZ4F_decompress(
                  context,
                  target.memoryAddress() + to + written,
                  targetSize.address(),
                  source.memoryAddress() + from + read,
                  sourceSize.address(),
                  MemoryUtil.NULL);
          boolean stuck = hint != 0 && sourceSize.get(0) == 0 && targetSize.get(0) == 0;
          if (LZ4Frame.LZ4F_isError(hint) || stuck) {
            LZ4Frame.LZ4F_resetDecompressionContext(context);
            throw damaged(null);
          }
          read += sourceSize.get(0);
          written += targetSize.get(0);
        }
      }
      if (written != expected || read != size) {
        throw damaged(null);
      }
    }

    private void open() {
      if (context != MemoryUtil.NULL) {
        return;
      }
      try (MemoryStack stack = MemoryStack.stackPush()) {
        PointerBuffer pointer = stack.mallocPointer(1);
        long result = LZ4Frame.LZ4F_createDecompressionContext(pointer, LZ4Frame.LZ4F_VERSION);
        if (LZ4Frame.LZ4F_isError(result)) {
          throw new IllegalStateException("LZ4: " + LZ4Frame.LZ4F_getErrorName(result));
        }
        context = pointer.get(0);
      }
    }

    @Override
    public void close() {
      if (context != MemoryUtil.NULL) {
        LZ4Frame.LZ4F_freeDecompressionContext(context);
        context = MemoryUtil.NULL;
      }
    }
  }

  /** Buffers are shorter than 2 GiB: the limits and {@link BodyCodec} see to that. */
  final class Zstandard implements BufferCodec {
    /** What Arrow C++ takes if it is not told otherwise. */
    private static final int LEVEL = 1;

    private final ZstdCompressCtx compressor = new ZstdCompressCtx().setLevel(LEVEL);
    private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();

    @Override
    public long bound(long size) {
      return Zstd.compressBound(size);
    }

    @Override
    public long compress(ArrowBuf source, long from, long size, ArrowBuf target, long to) {
      ByteBuffer out = target.nioBuffer(to, Math.toIntExact(bound(size))).slice();
      ByteBuffer in = source.nioBuffer(from, Math.toIntExact(size)).slice();
      return compressor.compressDirectByteBuffer(out, 0, out.capacity(), in, 0, in.capacity());
    }

    @Override
    public void decompress(
        ArrowBuf source, long from, long size, ArrowBuf target, long to, long expected) {
      ByteBuffer in = source.nioBuffer(from, Math.toIntExact(size)).slice();
      ByteBuffer out = target.nioBuffer(to, Math.toIntExact(expected)).slice();
      try {
        int written =
            decompressor.decompressDirectByteBuffer(out, 0, out.capacity(), in, 0, in.capacity());
        if (written != expected) {
          throw damaged(null);
        }
      } catch (ZstdException e) {
        throw damaged(e);
      }
    }

    @Override
    public void close() {
      compressor.close();
      decompressor.close();
    }
  }
}

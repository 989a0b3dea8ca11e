package dev.mallard.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.OutputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * gRPC's own buffers: Netty's, behind an output stream that copies into them. gRPC has no public
 * way to hand it a buffer, so these are its private parts; where they are not what they were in the
 * version that this was written for, frames are copied.
 */
final class GrpcBuffers {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcBuffers.class);
  private static final String CHAIN = "io.grpc.internal.MessageFramer$BufferChainOutputStream";
  private static final String BUFFER = "io.grpc.netty.NettyWritableBuffer";
  private static final String UTILS = "io.grpc.netty.Utils";

  private static final @Nullable GrpcBuffers INSTANCE = load();

  private final Class<?> chain;
  private final MethodHandle listOf;
  private final MethodHandle wrap;
  private final ByteBufAllocator allocator;

  private GrpcBuffers(
      Class<?> chain, MethodHandle listOf, MethodHandle wrap, ByteBufAllocator allocator) {
    this.chain = chain;
    this.listOf = listOf;
    this.wrap = wrap;
    this.allocator = allocator;
  }

  private static @Nullable GrpcBuffers load() {
    try {
      Class<?> chain = Class.forName(CHAIN);
      Class<?> buffer = Class.forName(BUFFER);
      Class<?> utils = Class.forName(UTILS);
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      MethodHandle list =
          MethodHandles.privateLookupIn(chain, lookup).findGetter(chain, "bufferList", List.class);
      MethodHandle wrap =
          MethodHandles.privateLookupIn(buffer, lookup)
              .findConstructor(buffer, MethodType.methodType(void.class, ByteBuf.class));
      MethodHandle allocator =
          MethodHandles.privateLookupIn(utils, lookup)
              .findStatic(
                  utils,
                  "getByteBufAllocator",
                  MethodType.methodType(ByteBufAllocator.class, boolean.class));
      boolean onHeap = false;
      return new GrpcBuffers(
          chain,
          list.asType(MethodType.methodType(List.class, Object.class)),
          wrap.asType(MethodType.methodType(Object.class, ByteBuf.class)),
          (ByteBufAllocator) allocator.invoke(onHeap));
    } catch (Throwable e) {
      LOG.warn("this gRPC hides its buffers: what is sent is copied", e);
      return null;
    }
  }

  /** Where gRPC takes its buffers from, which others should use, too: it keeps them for reuse. */
  static ByteBufAllocator allocator() {
    return INSTANCE == null ? ByteBufAllocator.DEFAULT : INSTANCE.allocator;
  }

  /** Whether buffers can be handed over. */
  static boolean areReachable() {
    return INSTANCE != null;
  }

  /**
   * Hands a buffer over, if {@code out} is gRPC's; nothing must be written to {@code out} after it.
   */
  @SuppressWarnings("unchecked")
  static boolean handOver(ByteBuf buffer, OutputStream out) {
    if (INSTANCE == null || !INSTANCE.chain.isInstance(out)) {
      return false;
    }
    try {
      Object wrapped = INSTANCE.wrap.invokeExact(buffer);
      ((List<Object>) INSTANCE.listOf.invokeExact((Object) out)).add(wrapped);
      return true;
    } catch (Throwable e) {
      throw new IllegalStateException("gRPC's buffers", e);
    }
  }
}

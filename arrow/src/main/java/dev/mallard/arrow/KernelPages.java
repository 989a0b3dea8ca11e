package dev.mallard.arrow;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.JNI;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.system.linux.DynamicLinkLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Java has no word for: to fetch a mapping's pages without touching them, and to unmap it when
 * its owner says so and not when the garbage collector does.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/madvise.2.html">madvise(2)</a>
 */
final class KernelPages {
  private static final Logger LOG = LoggerFactory.getLogger(KernelPages.class);

  /** MADV_POPULATE_READ, since Linux 5.14. */
  private static final int POPULATE_READ = 22;

  private static final @Nullable KernelPages INSTANCE = load();

  private final long madvise;
  private final long pageBytes;
  private final MethodHandle invokeCleaner;

  private KernelPages(long madvise, long pageBytes, MethodHandle invokeCleaner) {
    this.madvise = madvise;
    this.pageBytes = pageBytes;
    this.invokeCleaner = invokeCleaner;
  }

  private static @Nullable KernelPages load() {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return null;
    }
    try {
      long process = DynamicLinkLoader.dlopen((ByteBuffer) null, DynamicLinkLoader.RTLD_LAZY);
      long madvise = DynamicLinkLoader.dlsym(process, "madvise");
      Class<?> type = Class.forName("sun.misc.Unsafe");
      var field = type.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      Object unsafe = field.get(null);
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      MethodHandle cleaner =
          lookup
              .findVirtual(
                  type, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
              .bindTo(unsafe);
      MethodHandle pageSize =
          lookup.findVirtual(type, "pageSize", MethodType.methodType(int.class)).bindTo(unsafe);
      KernelPages pages = new KernelPages(madvise, (int) pageSize.invoke(), cleaner);
      return madvise != 0 && pages.isAbleToPopulate() ? pages : null;
    } catch (Throwable e) {
      LOG.debug("files are read, not mapped", e);
      return null;
    }
  }

  /** Kernels before 5.14 know no such advice. */
  private boolean isAbleToPopulate() {
    ByteBuffer some = ByteBuffer.allocateDirect((int) (2 * pageBytes));
    return advise(some);
  }

  private boolean advise(ByteBuffer memory) {
    long address = MemoryUtil.memAddress0(memory);
    long start = address & -pageBytes;
    long length = address + memory.capacity() - start;
    return JNI.invokePPI(start, length, POPULATE_READ, madvise) == 0;
  }

  /** Whether files can be mapped here at all. */
  static boolean areReachable() {
    return INSTANCE != null;
  }

  /** Waits for the disk; false if some of it is not there. */
  static boolean populate(MappedByteBuffer memory) {
    return INSTANCE != null && INSTANCE.advise(memory);
  }

  /** The memory must not be used by anybody any more. */
  static void unmap(MappedByteBuffer memory) {
    if (INSTANCE == null) {
      return;
    }
    try {
      INSTANCE.invokeCleaner.invoke((ByteBuffer) memory);
    } catch (Throwable e) {
      // The garbage collector will do it.
      LOG.warn("a mapping could not be ended", e);
    }
  }
}

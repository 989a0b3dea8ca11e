package dev.mallard.arrow.mapping;

import dev.mallard.arrow.natives.NativeLibraries;
import java.io.FileDescriptor;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.JNI;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.system.linux.DynamicLinkLoader;
import org.lwjgl.system.linux.FCNTL;
import org.lwjgl.system.linux.MMAN;
import org.lwjgl.system.linux.Statx;
import org.lwjgl.system.linux.UNISTD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Unsafe;

/**
 * The system calls that Java has no word for: leases of files, and mappings whose pages are fetched
 * without touching them, that are replaced in one step, and that end when their owner says so.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2), Leases</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/madvise.2.html">madvise(2)</a>
 */
final class LinuxCalls {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxCalls.class);

  /** MADV_POPULATE_READ, since Linux 5.14. */
  private static final int POPULATE_READ = 22;

  /** MREMAP_MAYMOVE | MREMAP_FIXED. */
  private static final int MOVE_TO = 3;

  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_NLINK = 4;

  /** What a lease's owner is told by; it is ignored unless somebody asks for it, as here. */
  private static final int SIGURG = 23;

  /** Their leases are this machine's alone, while others may change the file. */
  private static final long FUSE = 0x65735546;

  private static final long PLAN_9 = 0x01021997;

  private static final @Nullable LinuxCalls INSTANCE = load();

  private final long madvise = function("madvise");
  private final long mremap = function("mremap");
  private final long pread = function("pread");
  private final long statx = function("statx");
  private final long fstatfs = function("fstatfs");

  /** The one kind of channel whose descriptor is known to be where it is looked for. */
  private final Class<?> channel = Class.forName("sun.nio.ch.FileChannelImpl");

  private final Unsafe unsafe;
  private final long descriptor;
  private final long number;

  private LinuxCalls() throws ReflectiveOperationException {
    var field = Unsafe.class.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    unsafe = (Unsafe) field.get(null);
    descriptor = unsafe.objectFieldOffset(channel.getDeclaredField("fd"));
    number = unsafe.objectFieldOffset(FileDescriptor.class.getDeclaredField("fd"));
  }

  private static long function(String name) {
    long process = DynamicLinkLoader.dlopen((ByteBuffer) null, DynamicLinkLoader.RTLD_LAZY);
    long address = DynamicLinkLoader.dlsym(process, name);
    if (address == 0) {
      throw new UnsupportedOperationException(name);
    }
    return address;
  }

  private static @Nullable LinuxCalls load() {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return null;
    }
    try {
      NativeLibraries.load();
      LinuxCalls calls = new LinuxCalls();
      return calls.isAbleToPopulate() ? calls : null;
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      LOG.debug("files are read, not mapped", e);
      return null;
    }
  }

  /** Kernels before 5.14 know no such advice. */
  private boolean isAbleToPopulate() {
    long size = UNISTD.sysconf(null, UNISTD._SC_PAGE_SIZE);
    long memory = anonymous(size);
    try {
      return populate(memory, size);
    } finally {
      unmap(memory, size);
    }
  }

  /** Null where files cannot be mapped as they are here. */
  static @Nullable LinuxCalls get() {
    return INSTANCE;
  }

  /**
   * A descriptor more for an open file, which the caller closes; negative if it was closed
   * meanwhile, or there are no more.
   */
  int duplicate(FileChannel file) {
    if (file.getClass() != channel) {
      return -1;
    }
    int original = unsafe.getInt(unsafe.getObject(file, descriptor), number);
    int copy = FCNTL.fcntli(null, original, FCNTL.F_DUPFD_CLOEXEC, 0);
    // It is marked closed before its number is let go of: if it is open still, the number was its.
    if (copy >= 0 && !file.isOpen()) {
      close(copy);
      return -1;
    }
    return copy;
  }

  void close(int file) {
    UNISTD.close(null, file);
  }

  /** Whether all who might change the file are on this machine, and its leases hold them. */
  boolean isLocal(int file) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      long status = stack.ncalloc(8, 1, 256);
      if (JNI.invokePI(file, status, fstatfs) != 0) {
        return false;
      }
      long type = MemoryUtil.memGetLong(status) & 0xFFFF_FFFFL;
      return type != FUSE && type != PLAN_9;
    }
  }

  /** A read lease; false if somebody has the file open for writing, or it is not ours to lease. */
  boolean lease(int file) {
    return FCNTL.fcntli(null, file, FCNTL.F_SETSIG, SIGURG) == 0
        && FCNTL.fcntli(null, file, FCNTL.F_SETLEASE, FCNTL.F_RDLCK) == 0;
  }

  /** False as soon as somebody waits for its end. */
  boolean isLeased(int file) {
    return FCNTL.fcntl(null, file, FCNTL.F_GETLEASE) == FCNTL.F_RDLCK;
  }

  void endLease(int file) {
    FCNTL.fcntli(null, file, FCNTL.F_SETLEASE, FCNTL.F_UNLCK);
  }

  /** Whether the file has no name any more, so that its blocks go with its last user. */
  boolean isDeleted(int file) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      long path = stack.ncalloc(1, 1, 1);
      long status = stack.ncalloc(8, 1, Statx.SIZEOF);
      return JNI.invokePPPPPI(file, path, AT_EMPTY_PATH, STATX_NLINK, status, statx) == 0
          && Statx.nstx_nlink(status) == 0;
    }
  }

  /** Maps a part of a file to be read; 0 if that cannot be. */
  long map(int file, long position, long size) {
    long address = MMAN.nmmap(0, 0, size, MMAN.PROT_READ, MMAN.MAP_SHARED, file, position);
    return address == MMAN.MAP_FAILED ? 0 : address;
  }

  private long anonymous(long size) {
    int protection = MMAN.PROT_READ | MMAN.PROT_WRITE;
    int flags = MMAN.MAP_PRIVATE | MMAN.MAP_ANONYMOUS;
    long address = MMAN.nmmap(0, 0, size, protection, flags, -1, 0);
    return address == MMAN.MAP_FAILED ? 0 : address;
  }

  /** Waits for the disk; false if some of it is not there. */
  boolean populate(long address, long size) {
    return JNI.invokePPI(address, size, POPULATE_READ, madvise) == 0;
  }

  /**
   * Puts a copy of the file's bytes in the mapping's place, while others may be reading it.
   *
   * @return false if the mapping is what it was, as there is no memory or the file cannot be read
   */
  boolean replaceByCopy(long address, long size, int file, long position) {
    long copy = anonymous(size);
    if (copy == 0) {
      return false;
    }
    if (read(file, copy, size, position)
        && JNI.invokePPPPPP(copy, size, size, MOVE_TO, address, mremap) == address) {
      return true;
    }
    unmap(copy, size);
    return false;
  }

  private boolean read(int file, long target, long size, long position) {
    for (long done = 0; done < size; ) {
      long read = JNI.invokePPPPP(file, target + done, size - done, position + done, pread);
      if (read <= 0) {
        return false;
      }
      done += read;
    }
    return true;
  }

  /** Nobody must use it any more. */
  void unmap(long address, long size) {
    if (address != 0) {
      MMAN.nmunmap(0, address, size);
    }
  }
}

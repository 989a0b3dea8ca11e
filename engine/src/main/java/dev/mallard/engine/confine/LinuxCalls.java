package dev.mallard.engine.confine;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.StringArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls of Linux that Java has none for. All of them are for the thread or process that makes
 * them.
 */
final class LinuxCalls {
  private static final int PR_SET_PDEATHSIG = 1;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int SIGKILL = 9;
  private static final int RLIMIT_DATA = 2;
  private static final int RLIMIT_CORE = 4;
  private static final long SYS_CLOSE_RANGE = 436;
  private static final long CLOSE_RANGE_CLOEXEC = 4;
  private static final int O_PATH_CLOEXEC = 0x200000 | 0x80000;

  /** What the process has: glibc's or musl's. */
  private final NativeLibrary libc = NativeLibrary.getInstance(null);

  /** A call failed. */
  static final class CallException extends Exception {
    private static final long serialVersionUID = 1;

    CallException(String what, int errno) {
      super(what + ": error " + errno);
    }
  }

  /** This process ends when the thread that started it does. */
  void endWithParent() throws CallException {
    require("prctl(PDEATHSIG)", call("prctl", PR_SET_PDEATHSIG, (long) SIGKILL, 0L, 0L, 0L));
  }

  /** Neither this thread nor what it starts gets more rights from a file that it executes. */
  void giveUpNewPrivileges() throws CallException {
    require("prctl(NO_NEW_PRIVS)", call("prctl", PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
  }

  int parent() {
    return call("getppid");
  }

  /** So much private memory may be mapped to be written to; may be raised again. */
  void limitData(long bytes) throws CallException {
    limit("DATA", RLIMIT_DATA, bytes);
  }

  void limitCoreFiles() throws CallException {
    limit("CORE", RLIMIT_CORE, 0);
  }

  /** Leaves the hard limit as it is, above which there is no way for this process. */
  private void limit(String name, int resource, long most) throws CallException {
    try (Memory limits = new Memory(16)) {
      require("getrlimit(" + name + ")", call("getrlimit", resource, limits));
      long hard = limits.getLong(8);
      limits.setLong(0, Long.compareUnsigned(most, hard) < 0 ? most : hard);
      require("setrlimit(" + name + ")", call("setrlimit", resource, limits));
    }
  }

  /**
   * Opens a file as a mere name of it.
   *
   * @return its descriptor, or a negative number
   */
  int openAsPath(String path) {
    return call("open", path, O_PATH_CLOEXEC);
  }

  void close(int descriptor) {
    call("close", descriptor);
  }

  /** The system call of this number: those that are used have the same on all processors. */
  long system(long number, @Nullable Object... arguments) {
    @Nullable Object[] all = new Object[arguments.length + 1];
    all[0] = number;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return (Long) libc.getFunction("syscall").invoke(Long.class, all);
  }

  /** What the kernel said of the last call that failed. */
  static int errno() {
    return Native.getLastError();
  }

  /** Of what is open, only the standard streams are left to the program that comes next. */
  void keepStandardStreamsOnly() {
    system(SYS_CLOSE_RANGE, 3L, 0xFFFF_FFFFL, CLOSE_RANGE_CLOEXEC);
  }

  /** This process goes on as another program. Returns only by throwing. */
  void become(List<String> command, List<String> environment) throws CallException {
    call(
        "execve",
        command.get(0),
        new StringArray(command.toArray(String[]::new)),
        new StringArray(environment.toArray(String[]::new)));
    throw new CallException("execve(" + command.get(0) + ")", errno());
  }

  private int call(String function, @Nullable Object... arguments) {
    return (Integer) libc.getFunction(function).invoke(Integer.class, arguments);
  }

  private static void require(String what, int result) throws CallException {
    if (result != 0) {
      throw new CallException(what, errno());
    }
  }
}

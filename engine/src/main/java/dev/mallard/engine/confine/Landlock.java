package dev.mallard.engine.confine;

import com.sun.jna.Memory;
import dev.mallard.engine.confine.LinuxCalls.CallException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A fence that the kernel holds: what a process may still do with files and the network. It is of
 * the thread that puts it up, and of all that this thread starts or becomes; nobody can lift it.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/landlock.html">Landlock</a>
 */
final class Landlock {
  private static final long SYS_CREATE_RULESET = 444;
  private static final long SYS_ADD_RULE = 445;
  private static final long SYS_RESTRICT_SELF = 446;
  private static final long VERSION_FLAG = 1;
  private static final int RULE_PATH_BENEATH = 1;

  private static final long EXECUTE = 1;
  private static final long WRITE_FILE = 1 << 1;
  private static final long READ_FILE = 1 << 2;
  private static final long READ_DIR = 1 << 3;

  private static final long REFER = 1 << 13;

  private static final long TRUNCATE = 1 << 14;
  private static final long IOCTL_DEV = 1 << 15;

  private static final long READS = EXECUTE | READ_FILE | READ_DIR;

  /** What may be done to a file; all else is done in a folder. */
  private static final long OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV;

  /** REMOVE_DIR … MAKE_SYM: what every kernel that has Landlock knows. */
  private static final long FIRST_WRITES = WRITE_FILE | (0x1FFFL & ~0xFL);

  private static final long TCP = 3; // bind and connect
  private static final long SCOPES = 3; // abstract sockets and signals

  private final LinuxCalls linux;

  Landlock(LinuxCalls linux) {
    this.linux = linux;
  }

  /** The version of it that the kernel has; 0 for none. */
  int version() {
    return (int) Math.max(0, linux.system(SYS_CREATE_RULESET, null, 0L, VERSION_FLAG));
  }

  /** The kinds of writing that a kernel of this version can refuse. */
  static long writes(int version) {
    long writes = FIRST_WRITES;
    if (version >= 2) {
      writes |= REFER;
    }
    if (version >= 3) {
      writes |= TRUNCATE;
    }
    if (version >= 5) {
      writes |= IOCTL_DEV;
    }
    return writes;
  }

  /**
   * Puts the fence up around this thread. No network but Unix sockets; nothing written but in
   * {@code writable}.
   *
   * @param readable besides what is writable; empty leaves reading as it is. What does not exist is
   *     left out.
   */
  void restrict(int version, List<Path> writable, List<Path> readable) throws CallException {
    long writes = writes(version);
    long reads = readable.isEmpty() ? 0 : READS;
    int rules = create(version, writes | reads);
    try {
      for (Path path : writable) {
        allow(rules, path, writes | (reads & ~EXECUTE));
      }
      for (Path path : readable) {
        allow(rules, path, reads);
      }
      linux.giveUpNewPrivileges();
      require("landlock_restrict_self", linux.system(SYS_RESTRICT_SELF, (long) rules, 0L));
    } finally {
      linux.close(rules);
    }
  }

  private int create(int version, long files) throws CallException {
    try (Memory attributes = new Memory(24)) {
      attributes.setLong(0, files);
      attributes.setLong(8, version >= 4 ? TCP : 0);
      attributes.setLong(16, version >= 6 ? SCOPES : 0);
      long size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
      return (int)
          require(
              "landlock_create_ruleset", linux.system(SYS_CREATE_RULESET, attributes, size, 0L));
    }
  }

  private void allow(int rules, Path path, long access) throws CallException {
    int file = linux.openAsPath(path.toString());
    if (file < 0) {
      return;
    }
    try (Memory rule = new Memory(12)) {
      rule.setLong(0, Files.isDirectory(path) ? access : access & OF_FILES);
      rule.setInt(8, file);
      require(
          "landlock_add_rule(" + path + ")",
          linux.system(SYS_ADD_RULE, (long) rules, (long) RULE_PATH_BENEATH, rule, 0L));
    } finally {
      linux.close(file);
    }
  }

  private static long require(String what, long result) throws CallException {
    if (result < 0) {
      throw new CallException(what, LinuxCalls.errno());
    }
    return result;
  }
}

package dev.mallard.cli.connect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Whether a file is its owner's alone. Stateless. */
public final class PrivateFile {
  private static final Set<PosixFilePermission> ALLOWED =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private PrivateFile() {}

  /** Taken for true where files have no such permissions: there, users' folders are their own. */
  public static boolean isPrivate(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    return view == null || ALLOWED.containsAll(view.readAttributes().permissions());
  }
}

package dev.mallard.signin.files;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who else may read and write a file; where files have no such permissions, nobody is asked.
 * Stateless.
 */
final class FilePermissions {
  private static final Set<PosixFilePermission> WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private FilePermissions() {}

  static FileAttribute<?>[] ownersFile(Path folder) {
    return attributes(folder, "rw-------");
  }

  static FileAttribute<?>[] ownersFolder(Path parent) {
    return attributes(parent, "rwx------");
  }

  private static FileAttribute<?>[] attributes(Path folder, String permissions) {
    return isPosix(folder)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path path) {
    return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
  }

  /**
   * Gives a new file to the owner of the one that it replaces, or of its folder: what root changes
   * the server must still be able to read.
   */
  static void giveTo(Path like, Path file) throws IOException {
    if (!isPosix(file)) {
      return;
    }
    UserPrincipal owner = Files.getOwner(like);
    if (!owner.equals(Files.getOwner(file))) {
      Files.setOwner(file, owner);
    }
  }

  /**
   * What is wrong with a file's permissions. A secret may be read by its owner alone, or, if it is
   * another user's who has put it there for the server (as containers' secrets are root's), by its
   * group.
   *
   * @param self who this process is; null if unknown
   */
  static Optional<String> problem(Path file, boolean isSecret, @Nullable UserPrincipal self)
      throws IOException {
    if (!isPosix(file)) {
      return Optional.empty();
    }
    PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
    Set<PosixFilePermission> given = attributes.permissions();
    if (given.stream().anyMatch(WRITE::contains)) {
      return Optional.of("others may change it; chmod go-w it");
    }
    boolean isForeign = self != null && !self.equals(attributes.owner());
    if (isSecret
        && (given.contains(PosixFilePermission.OTHERS_READ)
            || (given.contains(PosixFilePermission.GROUP_READ) && !isForeign))) {
      return Optional.of("others may read it; chmod 600 it");
    }
    return Optional.empty();
  }

  /** What is wrong with the folder's. */
  static Optional<String> folderProblem(Path folder) throws IOException {
    return isPosix(folder)
            && Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)
        ? Optional.of("others may put files into it; chmod o-w it")
        : Optional.empty();
  }

  /** Who this process is, as the owner of a file that it makes; null if that is not known. */
  static @Nullable UserPrincipal self() {
    try {
      Path process = Path.of("/proc/self");
      if (Files.exists(process)) {
        return Files.getOwner(process); // Also a container's user, who has no name.
      }
      return FileSystems.getDefault()
          .getUserPrincipalLookupService()
          .lookupPrincipalByName(System.getProperty("user.name", ""));
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }
}

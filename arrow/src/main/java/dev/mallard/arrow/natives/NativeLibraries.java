package dev.mallard.arrow.natives;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lwjgl.system.Configuration;
import org.lwjgl.system.Library;
import org.lwjgl.util.lz4.LZ4;

/**
 * Unpacks LWJGL's native libraries where nobody else could have put others: by itself it looks for
 * them under a name in the temporary folder that everybody can guess, and takes what is there. Once
 * they are loaded the files are not needed any more.
 */
public final class NativeLibraries {
  static {
    try {
      load(Files.createTempDirectory("mallard-native-"));
    } catch (IOException e) {
      throw new UncheckedIOException("native libraries need a temporary folder", e);
    }
  }

  private NativeLibraries() {}

  /**
   * To be called before anything of LWJGL is; does it once.
   *
   * @throws LinkageError if there are none for this machine, or they cannot be unpacked
   */
  public static void load() {
    // Its initializer does.
  }

  /**
   * @param folder its owner's alone
   */
  private static void load(Path folder) throws IOException {
    try {
      Configuration.SHARED_LIBRARY_EXTRACT_PATH.set(folder.toString());
      Library.initialize();
      LZ4.LZ4_versionNumber();
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) {
    File[] files = folder.toFile().listFiles();
    for (File file : files == null ? new File[0] : files) {
      deleteNowOrAtTheEnd(file);
    }
    deleteNowOrAtTheEnd(folder.toFile());
  }

  /** Windows keeps what is loaded. */
  private static void deleteNowOrAtTheEnd(File file) {
    if (!file.delete()) {
      file.deleteOnExit();
    }
  }
}

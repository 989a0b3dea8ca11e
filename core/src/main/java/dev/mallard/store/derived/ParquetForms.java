package dev.mallard.store.derived;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Parquet files made of datasets in other formats, each once, for an engine that reads Parquet by
 * name. They are a cache: limited in size (those used longest ago go first), kept over restarts,
 * and deleted by anybody at any time without loss. Thread-safe.
 */
public final class ParquetForms {
  private static final String UNFINISHED = ".tmp";

  private final Path folder;
  private final long maxBytes;
  private final FileFormat parquet;
  private final BufferAllocator allocator;
  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  /**
   * @param folder of the cache's own; made if it is not there, cleared of what an earlier process
   *     left unfinished
   * @param maxBytes 0 for no cache: then nothing can be converted
   */
  public ParquetForms(Path folder, long maxBytes, FileFormat parquet, BufferAllocator allocator)
      throws IOException {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.parquet = parquet;
    this.allocator = allocator;
    if (maxBytes > 0) {
      Files.createDirectories(folder);
      try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(folder, "*" + UNFINISHED)) {
        for (Path file : unfinished) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /**
   * Makes a name for the Parquet form of a version.
   *
   * @param key of the version: equal keys mean equal bytes
   * @throws MallardException INVALID_ARGUMENT if Parquet cannot carry a column; RESOURCE_EXHAUSTED
   *     if there is no room for the form
   */
  public void link(String key, ConversionSource source, Path target) throws IOException {
    Path form = folder.resolve(hash(key) + ".parquet");
    // One conversion of a version at a time; others of the same wait for it.
    ReentrantLock lock = locks.computeIfAbsent(key, k -> new ReentrantLock());
    lock.lock();
    try {
      if (!linkIfThere(form, target)) {
        convert(form, source);
        if (!linkIfThere(form, target)) {
          throw noRoom();
        }
      }
    } finally {
      lock.unlock();
      locks.remove(key, lock);
    }
  }

  private static boolean linkIfThere(Path form, Path target) throws IOException {
    try {
      Files.setLastModifiedTime(form, FileTime.from(Instant.now()));
      Files.createLink(target, form);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.createSymbolicLink(target, form.toAbsolutePath());
      return true;
    }
  }

  private void convert(Path form, ConversionSource source) throws IOException {
    parquet.checkStorable(source.schema());
    if (maxBytes == 0) {
      throw noRoom();
    }
    Path unfinished = Files.createTempFile(folder, "form", UNFINISHED);
    try {
      try (FileChannel file = FileChannel.open(unfinished, StandardOpenOption.WRITE);
          BatchWriter writer = parquet.write(file, source.schema(), allocator);
          BatchStream rows = source.open(RowRange.ALL)) {
        IpcMessage message;
        while ((message = rows.next()) != null) {
          writer.write(message);
        }
        writer.finish(Map.of());
      }
      makeRoom(Files.size(unfinished));
      Files.move(unfinished, form, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** Deletes what was used longest ago until the new file fits. */
  private synchronized void makeRoom(long bytes) throws IOException {
    if (bytes > maxBytes) {
      throw noRoom();
    }
    List<Path> oldestFirst;
    try (var files = Files.list(folder)) {
      oldestFirst =
          files
              .filter(file -> file.toString().endsWith(".parquet"))
              .sorted(Comparator.comparing(ParquetForms::lastUse))
              .toList();
    }
    long total = bytes;
    for (Path file : oldestFirst) {
      total += sizeIfThere(file);
    }
    for (Path file : oldestFirst) {
      if (total <= maxBytes) {
        return;
      }
      total -= sizeIfThere(file);
      Files.deleteIfExists(file);
    }
  }

  private static FileTime lastUse(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.from(Instant.EPOCH); // Gone.
    }
  }

  private static long sizeIfThere(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static MallardException noRoom() {
    return new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED,
        "there is no room for the Parquet form that SQL needs of a Feather dataset; ask the operator for a"
            + " larger --cache-size, or upload it as Parquet");
  }

  private static String hash(String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}

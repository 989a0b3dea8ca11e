package dev.mallard.cli.io;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file that appears only when it is complete: written under a hidden name beside it, then
 * renamed, which replaces an older file of the name. Closing it before {@link #complete()} leaves
 * nothing behind. What is there and is no ordinary file (a device, a pipe) is written to directly.
 *
 * <p>One thread at a time.
 */
public final class NewFile implements AutoCloseable {
  private final Path target;
  private final Path written;
  private final FileChannel channel;

  private NewFile(Path target, Path written, FileChannel channel) {
    this.target = target;
    this.written = written;
    this.channel = channel;
  }

  /**
   * @throws MallardException FAILED_PRECONDITION if no file can be there, saying why
   */
  public static NewFile create(Path target) throws IOException {
    if (Files.isDirectory(target)) {
      throw failed("'" + target + "' is a folder; name a file");
    }
    try {
      if (isDevice(target)) {
        return new NewFile(target, target, FileChannel.open(target, StandardOpenOption.WRITE));
      }
      Path real = Files.exists(target) ? target.toRealPath() : target;
      String hidden =
          "." + real.getFileName() + "." + Long.toString(randomBits(), Character.MAX_RADIX);
      Path written = real.resolveSibling(hidden + ".part");
      FileChannel channel =
          FileChannel.open(
              written,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      return new NewFile(real, written, channel);
    } catch (NoSuchFileException e) {
      throw failed("cannot write '" + target + "': there is no such folder");
    } catch (AccessDeniedException e) {
      throw failed("cannot write '" + target + "': you may not write there");
    } catch (FileSystemException e) {
      throw failed("cannot write '" + target + "': " + e.getReason());
    }
  }

  /** Whether something is there that is no ordinary file, and can only be written to. */
  public static boolean isDevice(Path path) {
    return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
  }

  private static long randomBits() {
    return ThreadLocalRandom.current().nextLong(1L << 40);
  }

  private static MallardException failed(String message) {
    return new MallardException(ErrorCode.FAILED_PRECONDITION, message);
  }

  /** Open for reading and writing, unless it is a device, which can only be appended to. */
  public FileChannel channel() {
    return channel;
  }

  private boolean isDevice() {
    return written.equals(target);
  }

  /** Lets it appear; returns its length. */
  public long complete() throws IOException {
    if (isDevice()) {
      channel.close();
      return -1;
    }
    long bytes = channel.size();
    channel.close();
    Files.move(
        written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return bytes;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (!isDevice()) {
      Files.deleteIfExists(written);
    }
  }
}

package dev.mallard.signin.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file that is looked at again and again. What cannot be read or is wrong changes nothing, and is
 * said once. A file that is gone counts as one that says nothing, but not at the first look: some
 * editors take it away before they put the new one there. Not thread-safe.
 *
 * @param <T> what it says
 */
final class LiveFile<T> {
  static final int MAX_BYTES = 64 << 20;

  /** Makes sense of the content. */
  interface Parser<T> {
    T parse(String text) throws YamlProblem;
  }

  private final Path file;
  private final boolean isSecret;
  private final Parser<T> parser;
  private final T empty;
  private final @Nullable UserPrincipal self = FilePermissions.self();
  private @Nullable FileStamp stamp;
  private byte @Nullable [] content;
  private boolean wasMissing;
  private T value;

  /** What is wrong with the content. */
  private Optional<String> fault = Optional.empty();

  /** Why the file as it is now does not count. */
  private Optional<String> problem = Optional.empty();

  /**
   * @param empty what a file says that is not there
   */
  LiveFile(Path file, boolean isSecret, Parser<T> parser, T empty) {
    this.file = file;
    this.isSecret = isSecret;
    this.parser = parser;
    this.empty = empty;
    this.value = empty;
  }

  /** Whether it is there, as far as was seen at the last look. */
  boolean isThere() {
    return content != null;
  }

  T value() {
    return value;
  }

  /** Why the file as it is now does not count, in words for the operator. */
  Optional<String> problem() {
    return problem;
  }

  /** Looks; whether there is something new to say: another value, or another problem. */
  boolean look(Instant now) {
    T before = value;
    Optional<String> problemBefore = problem;
    try {
      read(now);
    } catch (AccessDeniedException e) {
      stamp = null;
      problem = said("the server's user may not read it; chown it to that user");
    } catch (IOException e) {
      stamp = null;
      problem = said("cannot be read (" + e.getClass().getSimpleName() + ")");
    }
    return !Objects.equals(before, value) || !problem.equals(problemBefore);
  }

  private Optional<String> said(String what) {
    return Optional.of(file + ": " + what);
  }

  private void read(Instant now) throws IOException {
    FileStamp seen;
    try {
      seen = FileStamp.of(file);
    } catch (NoSuchFileException e) {
      missing();
      return;
    }
    wasMissing = false;
    if (seen.equals(stamp) && seen.isOldAt(now)) {
      return;
    }
    Optional<String> permissions = FilePermissions.problem(file, isSecret, self);
    if (permissions.isPresent()) {
      stamp = null;
      content = null;
      problem = said(permissions.get());
      return;
    }
    byte[] bytes = bytes();
    stamp = seen;
    if (!Arrays.equals(bytes, content)) {
      content = bytes;
      fault = parse(bytes);
    }
    problem = fault;
  }

  private Optional<String> parse(byte[] bytes) {
    try {
      value = parser.parse(text(bytes));
      return Optional.empty();
    } catch (YamlProblem e) {
      return said(String.valueOf(e.getMessage()));
    } catch (CharacterCodingException e) {
      return said("it is not UTF-8");
    }
  }

  private byte[] bytes() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("too large");
      }
      return bytes;
    }
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private void missing() throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new IOException("its folder is gone");
    }
    if (wasMissing || content == null) {
      value = empty;
      problem = Optional.empty();
      content = null;
      stamp = null;
    }
    wasMissing = true;
  }
}

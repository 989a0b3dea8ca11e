package dev.mallard.server.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

/**
 * A file as it was at a moment. Compared by content: neither a clock nor the way in which it was
 * replaced (in place, by a rename, through links) can hide a change.
 *
 * @param option that names it
 */
record PemFile(String option, Path path, byte[] content) {
  private static final int MAX_BYTES = 1 << 20;

  static PemFile read(String option, Path path) throws FileProblem {
    byte[] content;
    try (InputStream in = Files.newInputStream(path)) {
      content = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new FileProblem("%s: there is no file %s".formatted(option, path), e);
    } catch (IOException e) {
      throw new FileProblem("%s: cannot read %s: %s".formatted(option, path, e.getMessage()), e);
    }
    PemFile file = new PemFile(option, path, content);
    if (content.length > MAX_BYTES) {
      throw file.problem("it is larger than 1 MiB");
    }
    return file;
  }

  List<X509Certificate> certificates() throws FileProblem {
    try {
      return Pem.certificates(content);
    } catch (GeneralSecurityException e) {
      throw problem(e);
    }
  }

  FileProblem problem(String what) {
    return new FileProblem("%s: cannot use %s: %s".formatted(option, path, what));
  }

  FileProblem problem(GeneralSecurityException e) {
    return new FileProblem("%s: cannot use %s: %s".formatted(option, path, e.getMessage()), e);
  }

  boolean isSameAs(PemFile other) {
    return path.equals(other.path) && Arrays.equals(content, other.content);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}

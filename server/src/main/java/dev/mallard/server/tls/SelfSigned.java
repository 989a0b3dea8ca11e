package dev.mallard.server.tls;

import dev.mallard.server.security.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A certificate that the server makes for itself, once, and keeps in a folder that is its user's
 * alone. The JDK's keytool makes it, as a process: the library that could (Bouncy Castle) is 10 MB,
 * and keytool is in every Java that has a {@code java}.
 */
final class SelfSigned {
  private static final int DAYS = 365;
  private static final int KEYTOOL_SECONDS = 60;
  private static final String ALIAS = "mallard";
  private static final String PASSWORD_VARIABLE = "KEYTOOL_PASSWORD";

  private final Path folder;
  private final Clock clock;

  SelfSigned(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * Those that are there while they can be used, else new ones.
   *
   * @param host that the server listens on, which the certificate is to name
   */
  TlsConfig.Identity.Files files(String host) throws IOException {
    Path certificate = folder.resolve("certificate.pem");
    Path key = folder.resolve("key.pem");
    TlsConfig.Identity.Files files = new TlsConfig.Identity.Files(certificate, key);
    if (!isUsable(files)) {
      Files.createDirectories(folder, ownersOnly("rwx------"));
      make(files, HostNames.toCertify(host));
    }
    return files;
  }

  private boolean isUsable(TlsConfig.Identity.Files files) {
    try {
      new TlsMaterial.Paths(files, Optional.empty())
          .read()
          .parse()
          .identity()
          .certificate()
          .checkValidity(Date.from(clock.instant()));
      return true;
    } catch (FileProblem | CertificateExpiredException | CertificateNotYetValidException e) {
      return false;
    }
  }

  private void make(TlsConfig.Identity.Files files, List<HostName> names) throws IOException {
    Path work = Files.createTempDirectory(folder, "new", ownersOnly("rwx------"));
    Path store = work.resolve("store.p12");
    try {
      String password = UUID.randomUUID().toString();
      runKeytool(store, password, names);
      KeyStore made = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        made.load(in, password.toCharArray());
      }
      Key key = made.getKey(ALIAS, password.toCharArray());
      X509Certificate certificate = (X509Certificate) made.getCertificate(ALIAS);
      // The key first: a certificate is seen with its key, or without any, and made again.
      write(files.key(), work, Pem.encode("PRIVATE KEY", key.getEncoded()));
      write(files.certificate(), work, Pem.encode("CERTIFICATE", certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      Files.deleteIfExists(store);
      Files.deleteIfExists(work);
    }
  }

  private static void write(Path target, Path work, String text) throws IOException {
    Path made = Files.createFile(work.resolve("new.pem"), ownersOnly("rw-------"));
    Files.writeString(made, text, StandardCharsets.US_ASCII, StandardOpenOption.TRUNCATE_EXISTING);
    Files.move(made, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void runKeytool(Path store, String password, List<HostName> names)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-sigalg",
                "SHA256withECDSA",
                // Clients' clocks may be behind.
                "-startdate",
                "-1H",
                "-validity",
                String.valueOf(DAYS),
                "-dname",
                "CN=Mallard at " + names.get(0).value(),
                "-ext",
                "san=" + String.join(",", names.stream().map(HostName::forKeytool).toList()),
                "-ext",
                "ku=digitalSignature",
                "-ext",
                "eku=serverAuth",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass:env",
                PASSWORD_VARIABLE)
            .redirectErrorStream(true);
    // Nobody who lists processes sees it.
    builder.environment().put(PASSWORD_VARIABLE, password);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process keytool = builder.start();
    keytool.getOutputStream().close();
    try {
      if (!keytool.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("keytool does not end");
      }
      if (keytool.exitValue() != 0) {
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        throw new IOException("keytool: " + said.strip().lines().findFirst().orElse("failed"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      keytool.destroyForcibly();
    }
  }

  private static FileAttribute<?>[] ownersOnly(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}

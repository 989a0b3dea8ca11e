package dev.mallard.cli.doctor;

import dev.mallard.cli.connect.Destination;
import dev.mallard.cli.connect.PrivateFile;
import dev.mallard.client.ClientSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What can be wrong with the settings of a connection, before there is one. Stateless. */
public final class SettingsChecks {
  private SettingsChecks() {}

  /** All of them. */
  public static List<Finding> run(Destination destination) throws IOException {
    List<Finding> findings = new ArrayList<>();
    destination
        .profile()
        .ifPresent(
            profile ->
                findings.add(
                    Finding.ok(
                        "profile",
                        "'%s' of '%s', which nobody else can read"
                            .formatted(profile.name(), profile.file()))));
    ClientSettings settings = destination.settings();
    if (settings.tls().identity().isPresent()) {
      findings.add(key(settings.tls().identity().get().key()));
    }
    for (Path file : destination.secretFiles()) {
      findings.add(secret(file));
    }
    return findings;
  }

  private static Finding key(Path key) throws IOException {
    return PrivateFile.isPrivate(key)
        ? Finding.ok("client key", "'" + key + "' can be read by nobody else")
        : Finding.warning("client key", exposed(key));
  }

  private static Finding secret(Path file) throws IOException {
    return PrivateFile.isPrivate(file)
        ? Finding.ok("secret", "'" + file + "' can be read by nobody else")
        : Finding.warning("secret", exposed(file));
  }

  private static String exposed(Path file) {
    return "'%s' may be read or changed by others; mend it with: chmod 600 '%s'"
        .formatted(file, file);
  }
}

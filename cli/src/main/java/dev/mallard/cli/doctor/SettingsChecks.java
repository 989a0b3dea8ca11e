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
  public static List<Finding> run(Destination destination) {
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
    settings.tls().identity().ifPresent(own -> findings.add(isPrivate("client key", own.key())));
    for (Path file : destination.secretFiles()) {
      findings.add(isPrivate("secret", file));
    }
    return findings;
  }

  private static Finding isPrivate(String subject, Path file) {
    try {
      return PrivateFile.isPrivate(file)
          ? Finding.ok(subject, "'" + file + "' can be read by nobody else")
          : Finding.warning(
              subject,
              "'%s' may be read or changed by others; mend it with: chmod 600 '%s'"
                  .formatted(file, file));
    } catch (IOException e) {
      return Finding.failure(subject, "'" + file + "' is not there, or you may not read it");
    }
  }
}

package dev.mallard.server.users;

import dev.mallard.signin.files.AccessFolder;
import dev.mallard.signin.files.EntryFormats;
import dev.mallard.signin.files.UserEntry;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mallard user passwd}. */
@Command(
    name = "passwd",
    description = "Set a user's password; ends the sessions that the old one began.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard user passwd alice --access ./access",
      "  pass show mallard/alice | mallard user passwd alice --password-file - --access ./access"
    })
final class UserPasswdCommand extends AccessCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The user's name.")
  private String name = "";

  @Mixin private NewPassword password = new NewPassword();

  UserPasswdCommand(CommandIo io) {
    super(io);
  }

  @Override
  void run() throws IOException {
    AccessFolder folder = AccessFolder.existing(folder());
    requireKnown(folder.read(EntryFormats.USERS), name, folder);
    UserEntry.requireName(name, true);
    String hash = password.hash(this);
    folder.change(
        EntryFormats.USERS,
        users -> {
          requireKnown(users, name, folder);
          users.computeIfPresent(
              name,
              (key, user) -> new UserEntry(key, Optional.of(hash), user.roles(), user.disabled()));
        });
    out().println("user '" + name + "' has a new password");
  }

  static void requireKnown(Map<String, UserEntry> users, String name, AccessFolder folder) {
    if (!users.containsKey(name)) {
      throw failed(
          "there is no user '%s' in %s; add it: mallard user add".formatted(name, folder.root()));
    }
  }
}

package dev.mallard.server.users;

import dev.mallard.signin.files.AccessFolder;
import dev.mallard.signin.files.EntryFormats;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mallard user remove}. */
@Command(
    name = "remove",
    description = "Remove a user with its tokens; a running server ends what runs under its name.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = "  mallard user remove bob --access ./access")
final class UserRemoveCommand extends AccessCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The user's name.")
  private String name = "";

  UserRemoveCommand(CommandIo io) {
    super(io);
  }

  @Override
  void run() throws IOException {
    AccessFolder folder = AccessFolder.existing(folder());
    folder.change(
        EntryFormats.USERS,
        users -> {
          UserPasswdCommand.requireKnown(users, name, folder);
          users.remove(name);
        });
    // Another user of that name must not find them good.
    int before = folder.read(EntryFormats.TOKENS).size();
    folder.change(
        EntryFormats.TOKENS,
        tokens -> tokens.values().removeIf(token -> token.owner().equals(name)));
    int tokens = before - folder.read(EntryFormats.TOKENS).size();
    out().println("removed user '" + name + "'" + (tokens <= 0 ? "" : ", with tokens: " + tokens));
  }
}

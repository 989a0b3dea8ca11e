package dev.mallard.server.users;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code mallard user}. */
@Command(
    name = "user",
    description = "Who may come in: users of a server that is started with --access.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard user add alice --access ./access               asks for the password; may do everything but administer",
      "  mallard user add bob --role read-only --access ./access",
      "  mallard serve ./data --access ./access"
    })
public final class UserCommand {
  private UserCommand() {}

  /** With its own commands. */
  public static CommandLine of(CommandIo io) {
    return new CommandLine(new UserCommand())
        .addSubcommand(new UserAddCommand(io))
        .addSubcommand(new UserPasswdCommand(io))
        .addSubcommand(new UserListCommand(io))
        .addSubcommand(new UserRemoveCommand(io));
  }
}

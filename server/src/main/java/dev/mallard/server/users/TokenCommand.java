package dev.mallard.server.users;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code mallard token}. */
@Command(
    name = "token",
    description = "Tokens with which programs sign in as a user, of a server with --access.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard token create --user alice --read-only --expires 7d --access ./access",
      "  mallard token list --access ./access"
    })
public final class TokenCommand {
  private TokenCommand() {}

  /** With its own commands. */
  public static CommandLine of(CommandIo io) {
    return new CommandLine(new TokenCommand())
        .addSubcommand(new TokenCreateCommand(io))
        .addSubcommand(new TokenListCommand(io))
        .addSubcommand(new TokenRevokeCommand(io));
  }
}

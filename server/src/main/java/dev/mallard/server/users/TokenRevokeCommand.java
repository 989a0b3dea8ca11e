package dev.mallard.server.users;

import dev.mallard.signin.files.AccessFolder;
import dev.mallard.signin.files.ApiToken;
import dev.mallard.signin.files.EntryFormats;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mallard token revoke}. */
@Command(
    name = "revoke",
    description = "Take a token back; a running server ends what runs under it.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = "  mallard token revoke 4rTq0XbZ9k --access ./access")
final class TokenRevokeCommand extends AccessCommand {
  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "The token's id, as 'mallard token list' shows it.")
  private String id = "";

  TokenRevokeCommand(CommandIo io) {
    super(io);
  }

  @Override
  void run() throws IOException {
    AccessFolder folder = AccessFolder.existing(folder());
    // Whoever has the whole token at hand may show that.
    String shown = ApiToken.parse(id).map(ApiToken::id).orElse(id);
    folder.change(
        EntryFormats.TOKENS,
        tokens -> {
          if (tokens.remove(shown) == null) {
            throw failed(
                "there is no token of that id in " + folder.root() + "; see: mallard token list");
          }
        });
    out().println("revoked token " + shown);
  }
}

package dev.mallard.server.users;

import dev.mallard.access.Role;
import dev.mallard.signin.files.AccessFolder;
import dev.mallard.signin.files.EntryFormats;
import dev.mallard.signin.files.TokenEntry;
import dev.mallard.signin.files.UserEntry;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mallard token list}. */
@Command(
    name = "list",
    description = "List tokens: whose they are, what they may do, when they end. No secrets.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard token list --access ./access",
      "  mallard token list --output-format json --access ./access"
    })
final class TokenListCommand extends AccessCommand {
  @Mixin private Listing listing = new Listing();

  TokenListCommand(CommandIo io) {
    super(io);
  }

  @Override
  void run() throws IOException {
    AccessFolder folder = AccessFolder.existing(folder());
    Map<String, UserEntry> users = folder.read(EntryFormats.USERS);
    List<List<String>> rows = new ArrayList<>();
    for (TokenEntry token : folder.read(EntryFormats.TOKENS).values()) {
      rows.add(
          List.of(
              token.id(),
              token.owner(),
              token.limit().map(Role::toString).orElse("as its user"),
              state(token, users),
              token.created().toString(),
              token.expires().map(Instant::toString).orElse(""),
              token.note().orElse("")));
    }
    listing.print(out(), List.of("id", "user", "may", "state", "created", "expires", "note"), rows);
  }

  private static String state(TokenEntry token, Map<String, UserEntry> users) {
    Instant now = Instant.now();
    UserEntry owner = users.get(token.owner());
    if (owner == null) {
      return "no such user";
    }
    if (token.expires().isPresent() && !now.isBefore(token.expires().get())) {
      return "expired";
    }
    if (token.notBefore().isPresent() && now.isBefore(token.notBefore().get())) {
      return "not yet valid";
    }
    return owner.disabled() ? "user disabled" : "valid";
  }
}

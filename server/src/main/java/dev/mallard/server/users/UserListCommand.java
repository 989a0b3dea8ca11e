package dev.mallard.server.users;

import dev.mallard.access.Role;
import dev.mallard.signin.files.AccessFolder;
import dev.mallard.signin.files.AccessRules;
import dev.mallard.signin.files.EntryFormats;
import dev.mallard.signin.files.UserEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mallard user list}. */
@Command(
    name = "list",
    description = "List users: their roles, what they may do, whether they have a password.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard user list --access ./access",
      "  mallard user list --output-format json --access ./access"
    })
final class UserListCommand extends AccessCommand {
  @Mixin private Listing listing = new Listing();

  UserListCommand(CommandIo io) {
    super(io);
  }

  @Override
  void run() throws IOException {
    AccessFolder folder = AccessFolder.existing(folder());
    AccessRules rules =
        new AccessRules(
            0, folder.read(EntryFormats.USERS), folder.read(EntryFormats.ROLES), Map.of());
    List<List<String>> rows = new ArrayList<>();
    for (UserEntry user : rules.users().values()) {
      rows.add(
          List.of(
              user.name(),
              String.join(", ", user.roles()),
              may(user, rules),
              user.password().isPresent() ? "yes" : "no"));
    }
    listing.print(out(), List.of("name", "roles", "may", "password"), rows);
  }

  private static String may(UserEntry user, AccessRules rules) {
    if (user.disabled()) {
      return "disabled";
    }
    return rules.roleOf(user).map(Role::toString).orElse("nothing: a role does not exist");
  }
}

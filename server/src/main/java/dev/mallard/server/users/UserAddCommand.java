package dev.mallard.server.users;

import dev.mallard.access.Role;
import dev.mallard.error.MallardException;
import dev.mallard.signin.files.AccessFolder;
import dev.mallard.signin.files.EntryFormats;
import dev.mallard.signin.files.RoleEntry;
import dev.mallard.signin.files.UserEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mallard user add}. */
@Command(
    name = "add",
    description = "Add a user; makes the access folder if it is not there.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard user add alice --access ./access",
      "  mallard user add bob --role read-only --password-file - --access ./access < password.txt",
      "  mallard user add ci@example.com --no-password --access ./access     signs in by OpenID or certificate"
    })
final class UserAddCommand extends AccessCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The user's name.")
  private String name = "";

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description =
          "read-only, full, admin, or a role of roles.yaml; may be repeated, then it may what any of them may (default: full).")
  private List<String> roles = new ArrayList<>();

  @Mixin private NewPassword password = new NewPassword();

  @Option(
      names = "--no-password",
      description = "Without a password: for OpenID or a client certificate of that name.")
  private boolean hasNoPassword;

  UserAddCommand(CommandIo io) {
    super(io);
  }

  @Override
  void run() throws IOException {
    UserEntry.requireName(name, !hasNoPassword);
    if (hasNoPassword && password.isGiven()) {
      throw MallardException.invalid("--no-password and --password-file (expected: one of them)");
    }
    AccessFolder folder = AccessFolder.make(folder());
    requireRoles(folder);
    requireNew(folder.read(EntryFormats.USERS));
    Optional<String> hash = hasNoPassword ? Optional.empty() : Optional.of(password.hash(this));
    UserEntry user = new UserEntry(name, hash, roles, false);
    folder.change(
        EntryFormats.USERS,
        users -> {
          requireNew(users);
          users.put(name, user);
        });
    out()
        .println(
            "added user '"
                + name
                + "' ("
                + (roles.isEmpty() ? "full" : String.join(", ", roles))
                + ")");
  }

  private void requireNew(Map<String, UserEntry> users) {
    if (users.containsKey(name)) {
      throw failed(
          "there is a user '" + name + "' already; change the password with: mallard user passwd");
    }
  }

  private void requireRoles(AccessFolder folder) throws IOException {
    Map<String, RoleEntry> own = folder.read(EntryFormats.ROLES);
    for (String role : roles) {
      if (Role.named(role).isEmpty() && !own.containsKey(role)) {
        throw MallardException.invalid(
            "--role: '"
                + role
                + "' (expected: read-only, full, admin"
                + (own.isEmpty()
                    ? "; roles.yaml has no others"
                    : ", " + String.join(", ", own.keySet()))
                + ")");
      }
    }
  }
}

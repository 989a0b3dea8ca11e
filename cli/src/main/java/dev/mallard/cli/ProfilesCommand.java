package dev.mallard.cli;

import dev.mallard.cli.connect.Profile;
import dev.mallard.cli.connect.ProfilesFile;
import dev.mallard.cli.connect.Said;
import dev.mallard.cli.io.Console;
import dev.mallard.cli.output.Listing;
import dev.mallard.cli.output.Listing.Column;
import dev.mallard.cli.output.Listing.Kind;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mallard profiles}. */
@Command(
    name = "profiles",
    description = {
      "List your connection profiles, without their secrets.",
      "They are in mallard/profiles.yaml in your configuration folder ($XDG_CONFIG_HOME, or"
          + " ~/.config), which only you may be able to read: names, and below each server, and as"
          + " needed user, password or password_file, token or token_file, tls_roots, client_cert,"
          + " client_key."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  mallard profiles", "  mallard list --profile prod"})
public final class ProfilesCommand extends ConsoleCommand {
  @Mixin private ListingOptions output = new ListingOptions();

  ProfilesCommand(Console console) {
    super(console);
  }

  @Override
  int run() throws IOException {
    OutputTarget target = output.target(console());
    Listing listing =
        new Listing(
            new Column("name", Kind.TEXT),
            new Column("server", Kind.TEXT),
            new Column("user", Kind.TEXT),
            new Column("secret", Kind.TEXT),
            new Column("client_cert", Kind.TEXT));
    Optional<ProfilesFile> file = ProfilesFile.of(console().environment());
    if (file.isEmpty() || !file.get().exists()) {
      console()
          .err()
          .println(
              "mallard profiles: there are none; they would be in "
                  + file.map(known -> "'" + known.file() + "'").orElse("$XDG_CONFIG_HOME/mallard"));
    } else {
      for (String name : file.get().names()) {
        add(listing, file.get().require(name));
      }
    }
    ListingOptions.write(console(), target, listing);
    return 0;
  }

  private static void add(Listing listing, Profile profile) {
    Said said = profile.said();
    listing.add(
        profile.name(),
        said.server().map(uri -> uri.address().toString()).orElse(null),
        said.user().orElse(null),
        said.secret().map(Object::toString).orElse(null),
        said.identity().map(identity -> identity.certificate().toString()).orElse(null));
  }
}

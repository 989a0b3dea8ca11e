package dev.mallard.server.users;

import dev.mallard.access.Role;
import dev.mallard.error.MallardException;
import dev.mallard.signin.files.AccessFolder;
import dev.mallard.signin.files.ApiToken;
import dev.mallard.signin.files.EntryFormats;
import dev.mallard.signin.files.TokenEntry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mallard token create}. */
@Command(
    name = "create",
    description =
        "Make a token. It goes to standard output, and is shown only now; how to use it goes to standard error.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard token create --user alice --access ./access",
      "  mallard token create --user alice --read-only --expires 1h --note \"the nightly report\" --access ./access",
      "  mallard token create --user ci --quiet --access ./access > token.txt"
    })
final class TokenCreateCommand extends AccessCommand {
  /** What has expired is listed for so long. */
  private static final Duration KEPT = Duration.ofDays(30);

  @Option(
      names = "--user",
      required = true,
      paramLabel = "NAME",
      description = "The user as whom it signs in.")
  private String user = "";

  @Option(names = "--read-only", description = "It may read, whatever else the user may do.")
  private boolean readOnly;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      converter = Moment.Converter.class,
      description =
          "When it ends: 1h, 7d from now, 2026-11-30, 2026-11-30T12:00:00Z (default: never).")
  private @Nullable Moment expires;

  @Option(
      names = "--not-before",
      paramLabel = "TIME",
      converter = Moment.Converter.class,
      description = "When it begins, as for --expires (default: now).")
  private @Nullable Moment notBefore;

  @Option(names = "--note", paramLabel = "TEXT", description = "What it is for.")
  private @Nullable String note;

  @Option(
      names = {"-q", "--quiet"},
      description = "Nothing but the token.")
  private boolean quiet;

  TokenCreateCommand(CommandIo io) {
    super(io);
  }

  @Override
  void run() throws IOException {
    AccessFolder folder = AccessFolder.existing(folder());
    UserPasswdCommand.requireKnown(folder.read(EntryFormats.USERS), user, folder);
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Optional<Instant> begin = Optional.ofNullable(notBefore).map(moment -> moment.from(now));
    Optional<Instant> end = Optional.ofNullable(expires).map(moment -> moment.from(now));
    if (end.isPresent() && !end.get().isAfter(begin.orElse(now))) {
      throw MallardException.invalid(
          "--expires: " + end.get() + " (expected: after " + begin.orElse(now) + ")");
    }
    ApiToken token = ApiToken.random();
    TokenEntry entry =
        token.entry(
            user,
            readOnly ? Optional.of(Role.READ_ONLY) : Optional.empty(),
            now,
            begin,
            end,
            Optional.ofNullable(note).filter(text -> !text.isEmpty()));
    folder.change(
        EntryFormats.TOKENS,
        tokens -> {
          tokens.values().removeIf(old -> isLongOver(old, now));
          tokens.put(entry.id(), entry);
        });
    out().println(token.text());
    out().flush();
    if (!quiet) {
      explain(token, entry);
    }
  }

  private static boolean isLongOver(TokenEntry token, Instant now) {
    return token.expires().isPresent() && token.expires().get().isBefore(now.minus(KEPT));
  }

  private void explain(ApiToken token, TokenEntry entry) {
    String end = entry.expires().map(time -> "until " + time).orElse("until it is revoked");
    err()
        .printf(
            "signs in as '%s'%s, %s; take it back with: mallard token revoke %s%n",
            user, readOnly ? ", read-only" : "", end, token.id());
    err()
        .printf(
            "pyarrow:      flight.FlightCallOptions(headers=[(b\"authorization\", b\"Bearer %s\")])%n",
            token.text());
    err()
        .printf(
            "command line: MALLARD_TOKEN=%s mallard list --uri grpc+tls://HOST:8815%n",
            token.text());
  }
}

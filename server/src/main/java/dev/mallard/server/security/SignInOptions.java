package dev.mallard.server.security;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Options of {@code mallard serve}. */
@Command
final class SignInOptions {
  @Option(
      names = "--access",
      paramLabel = "DIR",
      description =
          "Folder of users, roles and tokens, as 'mallard user' and 'mallard token' write them; only those come in. Changes hold at once.")
  private @Nullable Path access;

  @Option(
      names = "--user",
      paramLabel = "NAME:PASSWORD",
      description =
          "One user, who may do everything, without any folder; better by MALLARD_USER, which the list of processes does not show.")
  private @Nullable String user;

  SignInConfig toConfig() {
    return new SignInConfig(
        Optional.ofNullable(access), Optional.ofNullable(user).map(SignInConfig.OneUser::parse));
  }
}

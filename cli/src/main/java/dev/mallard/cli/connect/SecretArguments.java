package dev.mallard.cli.connect;

import dev.mallard.client.ServerUri;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Keeps what is secret on a command line out of the messages about it, wherever it stands there.
 * Stateless.
 */
public final class SecretArguments {
  private static final Set<String> SECRETS = Set.of("--token", "--password");

  /** Here a secret may stand behind the name and a colon. */
  private static final Set<String> USERS = Set.of("--user");

  private SecretArguments() {}

  /** The same message, with … in place of every argument's secret. */
  public static String hide(String message, String... arguments) {
    List<String> secrets = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      int equals = argument.indexOf('=');
      boolean attached = argument.startsWith("--") && equals > 0;
      String name = attached ? argument.substring(0, equals) : argument;
      String value =
          attached
              ? argument.substring(equals + 1)
              : i + 1 < arguments.length && !arguments[i + 1].startsWith("--")
                  ? arguments[i + 1]
                  : "";
      if (SECRETS.contains(name)) {
        secrets.add(value);
      }
      if (USERS.contains(name) && value.indexOf(':') >= 0) {
        secrets.add(value.substring(value.indexOf(':') + 1));
      }
    }
    String hidden = message;
    secrets.sort(Comparator.comparingInt(String::length).reversed());
    for (String secret : secrets) {
      hidden = secret.isEmpty() ? hidden : hidden.replace(secret, "…");
    }
    for (String argument : arguments) {
      if (argument.contains("@")) {
        hidden = hidden.replace(argument, ServerUri.withoutSecrets(argument));
      }
    }
    return hidden;
  }
}

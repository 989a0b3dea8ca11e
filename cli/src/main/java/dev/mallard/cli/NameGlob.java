package dev.mallard.cli;

import dev.mallard.cli.describe.Listings;
import dev.mallard.client.MallardClient;
import dev.mallard.error.MallardException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.arrow.flight.FlightInfo;

/**
 * Names of datasets as people give them: plain ones, and globs, whose {@code *} crosses slashes.
 * Other servers list everything whatever they are asked for, so what comes back is matched here.
 */
final class NameGlob {
  private final PathMatcher matcher;

  private NameGlob(String glob) {
    String relative = glob.startsWith("/") ? glob.substring(1) : glob;
    String escaped = relative.replaceAll("([\\\\{}])", "\\\\$1").replaceAll("\\*+", "**");
    this.matcher = FileSystems.getDefault().getPathMatcher("glob:" + escaped);
  }

  static boolean isGlob(String name) {
    return name.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
  }

  /** By its whole name, or without its extension. */
  private boolean matches(String name) {
    String relative = name.startsWith("/") ? name.substring(1) : name;
    int dot = relative.lastIndexOf('.');
    return matcher.matches(Path.of(relative))
        || (dot > relative.lastIndexOf('/') + 1
            && matcher.matches(Path.of(relative.substring(0, dot))));
  }

  /**
   * The names that are meant, each once, in their order.
   *
   * @param wanted which of those that a glob matches
   * @throws MallardException NOT_FOUND for a glob that matches none
   */
  static List<String> expand(
      MallardClient client, List<String> given, Predicate<FlightInfo> wanted) {
    Set<String> names = new LinkedHashSet<>();
    for (String name : given) {
      if (isGlob(name)) {
        names.addAll(matching(client, name, wanted));
      } else {
        names.add(name);
      }
    }
    return List.copyOf(names);
  }

  private static List<String> matching(
      MallardClient client, String glob, Predicate<FlightInfo> wanted) {
    NameGlob pattern = new NameGlob(glob);
    List<String> found = new ArrayList<>();
    for (FlightInfo info : client.list(glob)) {
      String name = Listings.name(info);
      if (!info.getDescriptor().isCommand() && wanted.test(info) && pattern.matches(name)) {
        found.add(name);
      }
    }
    if (found.isEmpty()) {
      throw MallardException.notFound("no dataset matches '" + glob + "'; see: mallard list");
    }
    return found;
  }
}

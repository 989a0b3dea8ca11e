package dev.mallard.catalog;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What ListFlights' criteria select: everything (empty), names with a prefix, or, if there is a
 * {@code *}, {@code ?} or {@code [}, names that match a glob. {@code *} crosses slashes: there are
 * few levels, and people expect it here.
 */
public final class NamePattern {
  public static final NamePattern ALL = new NamePattern("");

  private final String prefix;
  private final @Nullable Pattern glob;

  private NamePattern(String text) {
    String relative = text.startsWith("/") ? text.substring(1) : text;
    boolean isGlob = relative.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
    this.prefix = isGlob ? "" : relative;
    this.glob = isGlob ? compile(relative) : null;
  }

  public static NamePattern of(String criteria) {
    return criteria.isEmpty() ? ALL : new NamePattern(criteria);
  }

  private static Pattern compile(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      int end = c == '[' ? glob.indexOf(']', i + 2) : -1;
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else if (end > 0) {
        regex.append(characterClass(glob.substring(i + 1, end)));
        i = end;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private static String characterClass(String content) {
    String escaped = content.replaceAll("([\\\\\\[\\]&^])", "\\\\$1");
    return escaped.startsWith("!") ? "[^" + escaped.substring(1) + "]" : "[" + escaped + "]";
  }

  /** Does a dataset go by this name, with or without its extension? */
  public boolean matches(String name) {
    return name.startsWith(prefix) && (glob == null || glob.matcher(name).matches());
  }
}

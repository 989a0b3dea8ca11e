package dev.mallard.server.audit;

import java.util.regex.Pattern;

/**
 * What is written of names that nobody has proved. Programs and people put tokens and passwords
 * where a name belongs: what does not look like a name is not written.
 */
final class ShownNames {
  static final String WITHHELD = "(withheld)";

  private static final int MOST_CHARS = 64;

  /** As users, mail addresses and hosts are called. */
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._@-]*");

  /** Our own tokens, and JWTs. */
  private static final Pattern TOKEN = Pattern.compile("(?i)(mallard_|unchecked\\.|eyJ).*");

  /** As random text looks: long, in one piece, letters and digits. */
  private static final Pattern RANDOM =
      Pattern.compile("(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_-]{20,}");

  private static final Pattern METHOD = Pattern.compile("[A-Za-z0-9_.]{1,128}/[A-Za-z]{1,40}");

  private ShownNames() {}

  static String of(String name) {
    boolean isName =
        name.length() <= MOST_CHARS
            && NAME.matcher(name).matches()
            && !TOKEN.matcher(name).matches()
            && !RANDOM.matcher(name).matches();
    return isName ? name : WITHHELD;
  }

  /** Whether it may be the name of a method of a service. */
  static boolean isMethod(String method) {
    return METHOD.matcher(method).matches();
  }
}

package dev.mallard.duckdb.fence;

import dev.mallard.error.MallardException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which functions may be called: of those that DuckDB lists the ones that somebody has judged to be
 * harmless. What it does not list is a user's macro, or no function at all.
 */
final class Functions {
  /** Table functions whose argument is a table's name. */
  private static final Set<String> TAKE_TABLES = Set.of("pragma_table_info", "pragma_show");

  private static final Set<String> ALLOWED = WordList.read("functions.txt");
  private static final Set<String> REFUSED = WordList.read("functions-refused.txt");

  private final Set<String> refused;
  private final Set<String> listed;

  /**
   * @param listed all that DuckDB has, pragmas included, in lower case
   * @param allowFileAccess whether those that read files may be called
   */
  Functions(Set<String> listed, boolean allowFileAccess) {
    this.listed = Set.copyOf(listed);
    Set<String> all = new HashSet<>(listed);
    all.removeIf(name -> ALLOWED.contains(name.replace(' ', '_')));
    all.addAll(REFUSED);
    if (allowFileAccess) {
      all.removeIf(Functions::readsFiles);
    }
    this.refused = Set.copyOf(all);
  }

  private static boolean readsFiles(String function) {
    return function.startsWith("read_")
        || function.startsWith("parquet_")
        || function.equals("glob")
        || function.equals("sniff_csv");
  }

  /** Those that DuckDB lists and nobody has judged. */
  static Set<String> unjudged(Set<String> listed) {
    Set<String> unjudged = new TreeSet<>(listed);
    unjudged.removeIf(name -> ALLOWED.contains(name.replace(' ', '_')) != REFUSED.contains(name));
    return unjudged;
  }

  /** Whether DuckDB has a function of this name (lower case). */
  boolean isListed(String name) {
    return listed.contains(name);
  }

  /** Whether its argument must be the name of a table, as text. */
  static boolean takesTable(String function) {
    return TAKE_TABLES.contains(function.toLowerCase(Locale.ROOT));
  }

  /**
   * @param asTable whether rows are selected from it
   * @throws MallardException PERMISSION_DENIED
   */
  void require(String function, boolean asTable) {
    String name = function.toLowerCase(Locale.ROOT);
    if (refused.contains(name) || (asTable && refused.contains(name + "()"))) {
      throw Refusal.of("the function '" + name + "'", readsFiles(name) ? Refusal.FILES : "");
    }
  }
}

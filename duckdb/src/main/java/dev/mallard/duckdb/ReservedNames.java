package dev.mallard.duckdb;

import dev.mallard.duckdb.fence.SystemNames;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.SqlMetadata;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Names that mean the same to everybody: DuckDB's functions, types and system views, and the
 * catalogs. A user's object of such a name would go before them for all who send SQL.
 */
final class ReservedNames {
  private static final Set<String> SCHEMAS =
      Set.of(
          SqlMetadata.TABLES,
          SqlMetadata.DATASETS,
          "system",
          "temp",
          "memory",
          "information_schema",
          "pg_catalog");

  private final SystemNames names;
  private final Set<String> views = new HashSet<>();

  ReservedNames(SystemNames names) {
    this.names = names;
    for (String view : names.views()) {
      // Those of the information schema are found with its name alone.
      if (!view.startsWith("information_schema.")) {
        views.add(view.substring(view.indexOf('.') + 1));
      }
    }
  }

  /** What users make that has a name. */
  enum Kind {
    RELATION("system view"),
    FUNCTION("built-in function"),
    TYPE("built-in type"),
    SCHEMA("catalog or schema of the server");

    private final String builtIn;

    Kind(String builtIn) {
      this.builtIn = builtIn;
    }
  }

  boolean isReserved(Kind kind, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return switch (kind) {
      case RELATION -> views.contains(lower);
      case FUNCTION -> names.functions().contains(lower);
      case TYPE -> names.types().contains(lower);
      case SCHEMA -> SCHEMAS.contains(lower);
    };
  }

  /**
   * @throws MallardException ALREADY_EXISTS
   */
  void requireFree(Kind kind, String name) {
    if (isReserved(kind, name)) {
      throw new MallardException(
          ErrorCode.ALREADY_EXISTS,
          "SQL: there is a " + kind.builtIn + " '" + name + "'; choose another name");
    }
  }
}

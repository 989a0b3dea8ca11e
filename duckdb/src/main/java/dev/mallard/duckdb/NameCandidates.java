package dev.mallard.duckdb;

import dev.mallard.duckdb.fence.Token;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlMetadata;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What in a statement may be a dataset's name: every name, with and without what it is qualified
 * by. Too many do no harm, as each is looked up; one too few would be a table not found.
 */
final class NameCandidates {
  private NameCandidates() {}

  static Set<DatasetTable> of(List<Token> tokens) {
    Set<DatasetTable> names = new LinkedHashSet<>();
    int i = 0;
    while (i < tokens.size()) {
      if (!isNameLike(tokens.get(i)) || isCompared(tokens, i)) {
        i++;
        continue;
      }
      int end = endOfChain(tokens, i);
      addChain(names, tokens, i, end);
      i = end;
    }
    return names;
  }

  /** Strings, too: {@code FROM 'sales'} names a table. */
  private static boolean isNameLike(Token token) {
    return token.isName() || token.kind() == Token.Kind.STRING;
  }

  /** {@code table_name = 'sales'}: what an equals sign is before is a value. */
  private static boolean isCompared(List<Token> tokens, int at) {
    return at >= 2
        && tokens.get(at).kind() == Token.Kind.STRING
        && tokens.get(at - 1).isSymbol("=")
        && tokens.get(at - 2).isName();
  }

  /** Past the last name of {@code a.b.c}. */
  private static int endOfChain(List<Token> tokens, int start) {
    int end = start + 1;
    while (end + 1 < tokens.size()
        && tokens.get(end).isSymbol(".")
        && tokens.get(end + 1).isName()) {
      end += 2;
    }
    return end;
  }

  private static void addChain(Set<DatasetTable> names, List<Token> tokens, int start, int end) {
    String first = tokens.get(start).text();
    names.add(new DatasetTable(SqlMetadata.MAIN, first));
    if (end - start >= 3) {
      names.add(new DatasetTable(first, tokens.get(start + 2).text()));
    }
    if (end - start >= 5 && first.equalsIgnoreCase(SqlMetadata.DATASETS)) {
      names.add(new DatasetTable(tokens.get(start + 2).text(), tokens.get(start + 4).text()));
    } else if (end - start >= 3 && first.equalsIgnoreCase(SqlMetadata.DATASETS)) {
      names.add(new DatasetTable(SqlMetadata.MAIN, tokens.get(start + 2).text()));
    }
    for (int last = start + 4; last < end; last += 2) {
      names.add(new DatasetTable(tokens.get(last - 2).text(), tokens.get(last).text()));
    }
  }
}

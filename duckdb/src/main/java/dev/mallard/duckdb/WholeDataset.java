package dev.mallard.duckdb;

import dev.mallard.duckdb.fence.Token;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlMetadata;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * {@code SELECT * FROM sales}: no engine is needed for that. Where a dataset's columns have the
 * very types that the engine would give back, its own messages are the result, in the order of the
 * rows, several times as fast.
 */
final class WholeDataset {
  private WholeDataset() {}

  /**
   * The name in a statement that asks for all rows and columns of one table; empty for any other.
   */
  static Optional<DatasetTable> of(List<Token> tokens) {
    int from = tokens.size() > 1 && tokens.get(1).isSymbol("*") ? 2 : 0;
    boolean isPlain =
        tokens.size() > from + 1
            && (from == 0 || tokens.get(0).is("select"))
            && tokens.get(from).is("from")
            && tokens.subList(from + 1, tokens.size()).stream()
                .allMatch(token -> token.isName() || token.isSymbol("."));
    if (!isPlain) {
      return Optional.empty();
    }
    List<Token> name = tokens.subList(from + 1, tokens.size());
    return switch (name.size()) {
      case 1 -> Optional.of(new DatasetTable(SqlMetadata.MAIN, name.get(0).text()));
      case 3 -> Optional.of(new DatasetTable(name.get(0).text(), name.get(2).text()));
      default -> Optional.empty();
    };
  }

  /** Whether messages of one schema are messages of the other but for names and nullability. */
  static boolean fits(Schema dataset, Schema result) {
    List<Field> ours = dataset.getFields();
    List<Field> theirs = result.getFields();
    if (ours.size() != theirs.size()) {
      return false;
    }
    for (int i = 0; i < ours.size(); i++) {
      if (!ours.get(i).getName().equals(theirs.get(i).getName())
          || !fits(ours.get(i), theirs.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean fits(Field ours, Field theirs) {
    if (ours.getDictionary() != null
        || theirs.getDictionary() != null
        || !ours.getType().equals(theirs.getType())
        || ours.getChildren().size() != theirs.getChildren().size()
        || ours.getType().getTypeID() == ArrowType.ArrowTypeID.Union
        || ours.getType().getTypeID() == ArrowType.ArrowTypeID.Interval) { // has nanoseconds
      return false;
    }
    for (int i = 0; i < ours.getChildren().size(); i++) {
      if (!fits(ours.getChildren().get(i), theirs.getChildren().get(i))) {
        return false;
      }
    }
    return true;
  }
}

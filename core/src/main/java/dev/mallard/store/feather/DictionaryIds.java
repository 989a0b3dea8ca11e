package dev.mallard.store.feather;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Dictionary ids are each writer's own choice: the same column may have others in another file. */
final class DictionaryIds {
  private DictionaryIds() {}

  /** From the ids of one schema to those of another that has the same fields. */
  static Map<Long, Long> translation(Schema from, Schema to) {
    Map<Long, Long> ids = new HashMap<>();
    collect(from.getFields(), to.getFields(), ids);
    return ids;
  }

  private static void collect(List<Field> from, List<Field> to, Map<Long, Long> ids) {
    for (int i = 0; i < from.size(); i++) {
      DictionaryEncoding ours = from.get(i).getDictionary();
      DictionaryEncoding theirs = to.get(i).getDictionary();
      if (ours != null && theirs != null) {
        ids.put(ours.getId(), theirs.getId());
      }
      collect(from.get(i).getChildren(), to.get(i).getChildren(), ids);
    }
  }
}

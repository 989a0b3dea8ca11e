package dev.mallard.arrow.feather;

import dev.mallard.error.MallardException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Dictionary ids are each writer's own choice: the same column may have others in another file. */
final class DictionaryIds {
  private DictionaryIds() {}

  /** All ids that a schema's fields have, nested ones too. */
  static Set<Long> of(Schema schema) {
    return translation(schema, schema).keySet();
  }

  /**
   * From the ids of one schema to those of another that has the same fields. One dictionary may
   * become several, if its columns share it in the first schema only.
   *
   * @throws MallardException INVALID_ARGUMENT if several would become one, as a file then would
   *     need two dictionaries of one id at a time
   */
  static Map<Long, Set<Long>> translation(Schema from, Schema to) {
    Map<Long, Set<Long>> ids = new HashMap<>();
    collect(from.getFields(), to.getFields(), ids);
    Map<Long, Long> origins = new HashMap<>();
    ids.forEach(
        (id, others) ->
            others.forEach(
                other -> {
                  if (origins.put(other, id) != null) {
                    throw MallardException.invalid(
                        "The data cannot be appended: columns share a dictionary in the dataset,"
                            + " but not in the data. Store both as a new dataset instead.");
                  }
                }));
    return ids;
  }

  private static void collect(List<Field> from, List<Field> to, Map<Long, Set<Long>> ids) {
    for (int i = 0; i < from.size(); i++) {
      DictionaryEncoding ours = from.get(i).getDictionary();
      DictionaryEncoding theirs = to.get(i).getDictionary();
      if (ours != null && theirs != null) {
        ids.computeIfAbsent(ours.getId(), id -> new LinkedHashSet<>()).add(theirs.getId());
      }
      collect(from.get(i).getChildren(), to.get(i).getChildren(), ids);
    }
  }
}

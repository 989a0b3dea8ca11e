package dev.mallard.arrow;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Finds the first thing that keeps rows of one schema from being appended to another. */
final class SchemaComparison {
  private SchemaComparison() {}

  static Optional<String> firstDifference(Schema dataset, Schema appended) {
    List<Field> ours = dataset.getFields();
    List<Field> theirs = appended.getFields();
    int common = Math.min(ours.size(), theirs.size());
    for (int i = 0; i < common; i++) {
      if (!ours.get(i).getName().equals(theirs.get(i).getName())) {
        return Optional.of(
            "column %d is '%s' in the dataset and '%s' in the appended data"
                .formatted(i + 1, ours.get(i).getName(), theirs.get(i).getName()));
      }
      Optional<String> difference = compare(ours.get(i), theirs.get(i), ours.get(i).getName());
      if (difference.isPresent()) {
        return difference;
      }
    }
    if (ours.size() > common) {
      return Optional.of(
          "column '" + ours.get(common).getName() + "' is missing in the appended data");
    }
    if (theirs.size() > common) {
      return Optional.of("column '" + theirs.get(common).getName() + "' is not in the dataset");
    }
    return Optional.empty();
  }

  private static Optional<String> compare(Field ours, Field theirs, String path) {
    DictionaryEncoding ourDictionary = ours.getDictionary();
    DictionaryEncoding theirDictionary = theirs.getDictionary();
    if ((ourDictionary == null) != (theirDictionary == null)) {
      return difference(path, describeEncoding(ourDictionary), describeEncoding(theirDictionary));
    }
    if (ourDictionary != null
        && theirDictionary != null
        && (!ourDictionary.getIndexType().equals(theirDictionary.getIndexType())
            || ourDictionary.isOrdered() != theirDictionary.isOrdered())) {
      return difference(path, describeEncoding(ourDictionary), describeEncoding(theirDictionary));
    }
    if (!storage(ours).equals(storage(theirs))) {
      return difference(path, ours.getType().toString(), theirs.getType().toString());
    }
    if (theirs.isNullable() && !ours.isNullable()) {
      return difference(path, "not nullable", "nullable");
    }
    return compareChildren(ours.getChildren(), theirs.getChildren(), path);
  }

  private static Object storage(Field field) {
    return field.getType() instanceof org.apache.arrow.vector.types.pojo.ArrowType.ExtensionType e
        ? e.storageType()
        : field.getType();
  }

  private static Optional<String> compareChildren(
      List<Field> ours, List<Field> theirs, String path) {
    if (ours.size() != theirs.size()) {
      return difference(path, ours.size() + " fields", theirs.size() + " fields");
    }
    for (int i = 0; i < ours.size(); i++) {
      String name = ours.get(i).getName();
      if (!Objects.equals(name, theirs.get(i).getName())) {
        return difference(path, "field '" + name + "'", "'" + theirs.get(i).getName() + "'");
      }
      Optional<String> difference = compare(ours.get(i), theirs.get(i), path + "." + name);
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private static String describeEncoding(
      org.apache.arrow.vector.types.pojo.@org.jspecify.annotations.Nullable DictionaryEncoding
          encoding) {
    if (encoding == null) {
      return "not dictionary-encoded";
    }
    return (encoding.isOrdered() ? "an ordered dictionary" : "dictionary-encoded")
        + " with indices of "
        + encoding.getIndexType();
  }

  private static Optional<String> difference(String path, String ours, String theirs) {
    return Optional.of(
        "column '"
            + path
            + "' is "
            + ours
            + " in the dataset and "
            + theirs
            + " in the appended data");
  }
}

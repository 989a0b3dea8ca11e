package dev.mallard.arrow;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * Different names for the fields of a struct: Arrow allows the same one twice, or none at all, but
 * Java's vectors know a struct's children by their names and would lose one.
 */
final class StructNames {
  private StructNames() {}

  /** The field itself if nothing in it has to be named anew. */
  static Field distinct(Field field) {
    List<Field> children = field.getChildren();
    if (children.isEmpty()) {
      return field;
    }
    boolean struct = field.getType() instanceof ArrowType.Struct;
    Set<String> names = new HashSet<>();
    children.forEach(child -> names.add(child.getName()));
    boolean clash = struct && names.size() < children.size();
    Set<String> taken = new HashSet<>();
    List<Field> result = new ArrayList<>(children.size());
    boolean changed = false;
    for (Field child : children) {
      Field inside = distinct(child);
      String name = child.getName();
      for (int i = 2; clash && !taken.add(name); i++) {
        String next = child.getName() + "_" + i;
        name = names.contains(next) ? name : next;
      }
      Field named = name.equals(child.getName()) ? inside : renamed(inside, name);
      changed |= named != child;
      result.add(named);
    }
    return changed ? new Field(field.getName(), field.getFieldType(), result) : field;
  }

  private static Field renamed(Field field, String name) {
    FieldType type = field.getFieldType();
    return new Field(name, type, field.getChildren());
  }
}

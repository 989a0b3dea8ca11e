package dev.mallard.parquet.internal.read;

import dev.mallard.error.MallardException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Finds columns by their dotted paths, as the Arrow schema names them: {@code person.address.city},
 * {@code tags.element.name}. A path that ends at a struct or list takes everything under it.
 */
final class ColumnSelection {
  private static final int NAMED = 20;

  /** A node that is wanted, and what of its children; none for all of it. */
  private record Wanted(ReadNode node, Map<Integer, Wanted> children) {
    static Wanted part(ReadNode node) {
      return new Wanted(node, new LinkedHashMap<>());
    }
  }

  private final Projection all;

  private ColumnSelection(Projection all) {
    this.all = all;
  }

  /**
   * @throws MallardException INVALID_ARGUMENT for a path that names no column, or more than one
   */
  static Projection of(Projection all, List<String> paths) {
    return new ColumnSelection(all).select(paths);
  }

  private Projection select(List<String> paths) {
    Map<Integer, Wanted> wanted = new LinkedHashMap<>();
    for (String path : paths) {
      List<List<Integer>> found = new ArrayList<>();
      find(all.columns(), path, List.of(), found);
      if (found.isEmpty()) {
        throw MallardException.invalid(
            "the file has no column '" + path + "'; it has " + names(all.columns()));
      }
      if (found.size() > 1) {
        throw MallardException.invalid(
            "the file has more than one column '" + path + "'; read all columns instead");
      }
      add(all.columns(), found.get(0), wanted, path);
    }
    List<ReadNode> columns = wanted.values().stream().map(ColumnSelection::pruned).toList();
    List<ReadNode.Leaf> leaves = new ArrayList<>();
    columns.forEach(column -> addLeaves(column, leaves));
    leaves.sort(Comparator.comparingInt(ReadNode.Leaf::column));
    List<Field> fields = columns.stream().map(ReadNode::field).toList();
    return new Projection(new Schema(fields, all.schema().getCustomMetadata()), columns, leaves);
  }

  private static String names(List<ReadNode> nodes) {
    List<String> names =
        nodes.stream().limit(NAMED).map(node -> "'" + node.field().getName() + "'").toList();
    String more = nodes.size() > NAMED ? " and " + (nodes.size() - NAMED) + " more" : "";
    return names.isEmpty() ? "none" : String.join(", ", names) + more;
  }

  /** Adds the places of all nodes that {@code path} may mean: names may have dots in them. */
  private static void find(
      List<ReadNode> nodes, String path, List<Integer> place, List<List<Integer>> found) {
    for (int i = 0; i < nodes.size(); i++) {
      String name = nodes.get(i).field().getName();
      List<Integer> here = new ArrayList<>(place);
      here.add(i);
      if (path.equals(name)) {
        found.add(here);
      } else if (path.startsWith(name + ".")) {
        find(children(nodes.get(i)), path.substring(name.length() + 1), here, found);
      }
    }
  }

  private static List<ReadNode> children(ReadNode node) {
    if (node instanceof ReadNode.Struct struct) {
      return struct.children();
    }
    return node instanceof ReadNode.Repeated list ? List.of(list.child()) : List.of();
  }

  private static void add(
      List<ReadNode> nodes, List<Integer> place, Map<Integer, Wanted> wanted, String path) {
    List<ReadNode> level = nodes;
    Map<Integer, Wanted> siblings = wanted;
    for (int depth = 0; depth < place.size(); depth++) {
      int index = place.get(depth);
      ReadNode node = level.get(index);
      boolean last = depth == place.size() - 1;
      Wanted known = siblings.get(index);
      if (known != null && (last || known.children.isEmpty())) {
        throw MallardException.invalid(
            "the column '" + path + "' is asked for twice, alone and with what is around it");
      }
      if (!last && node.field().getType() instanceof ArrowType.Map) {
        throw MallardException.invalid(
            "the column '"
                + path
                + "' is part of a map, which is read as a whole: leave out what"
                + " follows the map's name");
      }
      if (known == null) {
        known = Wanted.part(node);
        siblings.put(index, known);
      }
      level = children(node);
      siblings = known.children;
    }
  }

  private static ReadNode pruned(Wanted wanted) {
    if (wanted.children.isEmpty()) {
      return wanted.node;
    }
    List<ReadNode> children =
        wanted.children.values().stream().map(ColumnSelection::pruned).toList();
    Field field = withChildren(wanted.node.field(), children);
    if (wanted.node instanceof ReadNode.Struct struct) {
      return new ReadNode.Struct(
          field, struct.depth(), struct.existsAt(), struct.presentAt(), struct.fillers(), children);
    }
    ReadNode.Repeated list = (ReadNode.Repeated) wanted.node;
    return new ReadNode.Repeated(
        field, list.depth(), list.existsAt(), list.presentAt(), list.fillers(), children.get(0));
  }

  private static Field withChildren(Field field, List<ReadNode> children) {
    FieldType type =
        new FieldType(
            field.isNullable(), field.getType(), field.getDictionary(), field.getMetadata());
    return new Field(field.getName(), type, children.stream().map(ReadNode::field).toList());
  }

  private static void addLeaves(ReadNode node, List<ReadNode.Leaf> leaves) {
    if (node instanceof ReadNode.Leaf leaf) {
      leaves.add(leaf);
    } else {
      children(node).forEach(child -> addLeaves(child, leaves));
    }
  }
}

package dev.mallard.duckdb.fence;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a query uses, by DuckDB's own tree of it. A kind of node that is not known is refused. */
final class TreeFacts {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final Set<String> EXPRESSIONS =
      Set.of(
          "BETWEEN",
          "CASE",
          "CAST",
          "COLLATE",
          "COLUMN_REF",
          "COMPARISON",
          "CONJUNCTION",
          "CONSTANT",
          "DEFAULT",
          "FUNCTION",
          "LAMBDA",
          "LAMBDA_REF",
          "OPERATOR",
          "PARAMETER",
          "POSITIONAL_REFERENCE",
          "STAR",
          "SUBQUERY",
          "TYPE",
          "WINDOW");

  private static final Set<String> CHANGES =
      Set.of("INSERT_QUERY_NODE", "UPDATE_QUERY_NODE", "DELETE_QUERY_NODE");

  /** Queries, what stands in FROM, what comes after them. */
  private static final Set<String> NODES =
      Set.of(
          "SELECT_NODE",
          "SET_OPERATION_NODE",
          "RECURSIVE_CTE_NODE",
          "CTE_NODE",
          "INSERT_QUERY_NODE",
          "UPDATE_QUERY_NODE",
          "DELETE_QUERY_NODE",
          "BASE_TABLE",
          "EMPTY",
          "EXPRESSION_LIST",
          "JOIN",
          "PIVOT",
          "SHOW_REF",
          "SUBQUERY",
          "TABLE_FUNCTION",
          "DISTINCT_MODIFIER",
          "LIMIT_MODIFIER",
          "LIMIT_PERCENT_MODIFIER",
          "ORDER_MODIFIER",
          "ORDER_DEFAULT",
          "ASCENDING",
          "DESCENDING");

  private static final Set<String> SHOWN_LISTS =
      Set.of("tables", "__show_tables_expanded", "databases", "schemas");

  private final Set<Facts.Call> calls = new HashSet<>();
  private final Set<Facts.Table> tables = new HashSet<>();
  private final Set<Facts.Table> shown = new HashSet<>();
  private final Set<String> withNames = new HashSet<>();
  private boolean changes;

  private TreeFacts() {}

  /** An object or an array that is open. */
  private static final class Frame {
    private final String field;
    private final boolean isArray;
    private final Map<String, String> texts = new HashMap<>(8);

    /** Of a call, its first argument; of an argument, what it is. */
    private @Nullable String literal;

    private int arguments;

    Frame(String field, boolean isArray) {
      this.field = field;
      this.isArray = isArray;
    }

    String text(String name) {
      return texts.getOrDefault(name, "");
    }
  }

  /**
   * @param tree without an error in it
   */
  static Facts of(String tree) {
    TreeFacts facts = new TreeFacts();
    try (JsonParser json = JSON.createParser(tree)) {
      facts.read(json);
    } catch (IOException e) {
      throw Refusal.of("a statement that cannot be judged", "; write it otherwise");
    }
    return new Facts(facts.calls, facts.tables, facts.shown, facts.withNames, facts.changes);
  }

  private void read(JsonParser json) throws IOException {
    Deque<Frame> open = new ArrayDeque<>();
    String field = "";
    for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
      switch (token) {
        case FIELD_NAME -> field = json.currentName();
        case START_OBJECT, START_ARRAY -> {
          Frame parent = open.peek();
          String name = parent != null && parent.isArray ? parent.field : field;
          open.push(new Frame(name, token == JsonToken.START_ARRAY));
        }
        case END_OBJECT, END_ARRAY -> {
          Frame ended = open.pop();
          if (!ended.isArray) {
            object(ended, open);
          }
        }
        case VALUE_STRING -> {
          Frame frame = Objects.requireNonNull(open.peek());
          if (!frame.isArray) {
            frame.texts.put(field, json.getText());
          }
        }
        default -> {}
      }
    }
  }

  private void object(Frame object, Deque<Frame> outer) {
    String expression = object.texts.get("class");
    String type = object.texts.get("type");
    if (expression != null) {
      requireKnown(EXPRESSIONS, expression);
      expression(expression, object, outer);
    } else if (type != null) {
      requireKnown(NODES, type);
      changes |= CHANGES.contains(type);
      node(type, object);
    } else if (object.field.equals("map") && object.texts.containsKey("key")) {
      withNames.add(object.text("key").toLowerCase(Locale.ROOT));
    } else if (object.field.equals("literal") && object.text("kind").equals("STRING")) {
      outer.stream().limit(1).forEach(constant -> constant.literal = object.text("text"));
    } else if (object.field.equals("arguments")) {
      // The array of arguments, and then the call.
      List<Frame> around = outer.stream().limit(2).toList();
      Frame call = around.get(around.size() - 1);
      if (call.arguments++ == 0) {
        call.literal = object.literal;
      }
    }
  }

  private static void requireKnown(Set<String> known, String kind) {
    if (!known.contains(kind)) {
      throw Refusal.of(
          "what DuckDB's parser calls " + kind.toLowerCase(Locale.ROOT).replace('_', ' '),
          "; write it otherwise");
    }
  }

  private void expression(String kind, Frame object, Deque<Frame> outer) {
    if (kind.equals("CONSTANT") && object.field.equals("expression")) {
      outer.stream().limit(1).forEach(argument -> argument.literal = object.literal);
    }
    if (object.texts.containsKey("function_name")) {
      boolean asTable = object.field.equals("function");
      calls.add(new Facts.Call(object.text("function_name"), asTable, object.literal));
    }
  }

  private void node(String type, Frame object) {
    switch (type) {
      case "BASE_TABLE" ->
          tables.add(new Facts.Table(object.text("schema_name"), object.text("table_name")));
      case "INSERT_QUERY_NODE" ->
          tables.add(new Facts.Table(object.text("schema"), object.text("table")));
      case "SHOW_REF" -> {
        String name = object.text("table_name");
        boolean isQuoted = name.startsWith("\"") && name.endsWith("\"") && name.length() > 1;
        String plain = isQuoted ? name.substring(1, name.length() - 1) : name;
        boolean isList =
            object.text("show_type").equals("SHOW_SPECIAL") && SHOWN_LISTS.contains(plain);
        if (!plain.isEmpty() && !isList) {
          shown.add(new Facts.Table(object.text("schema_name"), plain));
        }
      }
      default -> {}
    }
  }
}

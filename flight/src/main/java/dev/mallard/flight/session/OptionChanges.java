package dev.mallard.flight.session;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.SessionOptions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.flight.impl.Flight.SessionOptionValue;
import org.apache.arrow.flight.impl.Flight.SetSessionOptionsResult.ErrorValue;
import org.jspecify.annotations.Nullable;

/**
 * Changes options one by one, the catalog first and the schema after it, because a schema is one of
 * the catalog's. Another catalog keeps the schema if it has one of that name (clients set the two
 * in any order), and else has its default.
 */
final class OptionChanges {
  static final String CATALOG = "catalog";
  static final String SCHEMA = "schema";

  /** The options afterwards, and what there is to tell. */
  record Changed<R>(SessionOptions options, R result) {}

  private final OptionRules rules;
  private final Map<String, ErrorValue> errors = new TreeMap<>();
  private SessionOptions options;

  OptionChanges(OptionRules rules, SessionOptions options) {
    this.rules = rules;
    this.options = options;
  }

  Changed<Map<String, ErrorValue>> apply(Map<String, SessionOptionValue> changes) {
    Map<String, SessionOptionValue> ordered = new LinkedHashMap<>();
    if (changes.containsKey(CATALOG)) {
      ordered.put(CATALOG, changes.get(CATALOG));
    }
    if (changes.containsKey(SCHEMA)) {
      ordered.put(SCHEMA, changes.get(SCHEMA));
    }
    new TreeMap<>(changes).forEach(ordered::putIfAbsent);
    ordered.forEach(this::set);
    return new Changed<>(options, errors);
  }

  private void set(String name, SessionOptionValue value) {
    boolean isName = name.equals(CATALOG) || name.equals(SCHEMA);
    if (!isName && !rules.settings().get().contains(name)) {
      errors.put(name, ErrorValue.INVALID_NAME);
      return;
    }
    boolean unset = SessionValues.isUnset(value);
    if (SessionValues.isList(value) || (isName && !unset && !SessionValues.isText(value))) {
      errors.put(name, ErrorValue.INVALID_VALUE);
      return;
    }
    SessionOptions wanted = with(name, unset ? null : SessionValues.text(value));
    if (name.equals(CATALOG) && wanted.catalog() != null && options.schema() != null) {
      wanted = withSchemaKept(wanted);
    }
    try {
      rules.check().accept(wanted);
      options = wanted;
    } catch (MallardException e) {
      errors.put(name, reason(e));
    }
  }

  private SessionOptions withSchemaKept(SessionOptions wanted) {
    SessionOptions kept = wanted.in(wanted.catalog(), options.schema());
    try {
      rules.check().accept(kept);
      return kept;
    } catch (MallardException e) {
      return wanted;
    }
  }

  private SessionOptions with(String name, @Nullable String value) {
    String text = value == null || value.isEmpty() ? null : value;
    if (name.equals(CATALOG)) {
      return options.in(text, null);
    }
    if (name.equals(SCHEMA)) {
      return options.in(options.catalog(), text);
    }
    Map<String, String> settings = new HashMap<>(options.settings());
    if (value == null) {
      settings.remove(name);
    } else {
      settings.put(name, value);
    }
    return options.with(settings);
  }

  /** What is not the client's fault is not an option's fault either: it fails the call. */
  private static ErrorValue reason(MallardException e) {
    if (e.code() == ErrorCode.INVALID_ARGUMENT || e.code() == ErrorCode.NOT_FOUND) {
      return ErrorValue.INVALID_VALUE;
    }
    if (e.code().kind() == ErrorCode.Kind.USER) {
      return ErrorValue.ERROR;
    }
    throw e;
  }
}

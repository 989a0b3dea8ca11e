package dev.mallard.duckdb;

import java.io.IOException;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.RunningQuery;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a statement: its parameters and its result. Nothing is run for it but for no
 * rows.
 */
final class StatementSchemas {
  private final DuckConnection connection;
  private final ParameterMarks marks;
  private final StatementForms forms;

  /** The parameters' types, once somebody has asked. */
  private @Nullable List<String> told;

  /** The result's schema before anything is bound, once somebody has asked. */
  private @Nullable Schema guessed;

  StatementSchemas(DuckConnection connection, ParameterMarks marks, StatementForms forms) {
    this.connection = connection;
    this.marks = marks;
    this.forms = forms;
  }

  /** The types that are told of the parameters, in DuckDB's names. */
  private List<String> types() {
    if (told == null) {
      told =
          forms.areAllInferred()
              ? forms.inferred()
              : new ParameterGuess(marks, forms.inferred(), connection::probe).types();
    }
    return told;
  }

  Schema parameters() {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < marks.count(); i++) {
      String name = marks.name(i);
      fields.add(
          DuckTypes.field(name, types().get(i), connection.timeZone())
              .map(this::settable)
              .orElseGet(() -> Field.nullable(name, ArrowType.Utf8.INSTANCE)));
    }
    return new Schema(fields);
  }

  /**
   * What the JDBC driver can set. It sends times in milliseconds, whatever unit it is asked for;
   * others send what they have.
   */
  private Field settable(Field parameter) {
    ArrowType type = parameter.getType();
    if (type instanceof ArrowType.Timestamp timestamp) {
      type = new ArrowType.Timestamp(TimeUnit.MILLISECOND, timestamp.getTimezone());
    } else if (type instanceof ArrowType.Time) {
      type = new ArrowType.Time(TimeUnit.MILLISECOND, 32);
    } else if (isTextToDrivers(type)) {
      return Field.nullable(parameter.getName(), ArrowType.Utf8.INSTANCE);
    }
    return new Field(parameter.getName(), FieldType.nullable(type), parameter.getChildren());
  }

  /** The JDBC driver sets none of these; DuckDB makes them of text. */
  private boolean isTextToDrivers(ArrowType type) {
    return switch (type.getTypeID()) {
      case Null -> true;
      case Interval, Struct, Map, Union, List, FixedSizeList -> connection.session().plainTypes();
      default -> false;
    };
  }

  /**
   * The result's.
   *
   * @param values what is bound; null if nothing is
   */
  Schema of(StatementForm form, @Nullable List<BoundValue> values) {
    if (!form.returnsRows()) {
      return DuckStatement.COUNT;
    }
    if (values == null && !forms.areAllInferred()) {
      return beforeBinding();
    }
    Schema known = form.schema();
    if (known != null) {
      return known;
    }
    try {
      return form.found(find(form, values));
    } catch (SQLException | IOException e) {
      throw connection.errors().translate(e);
    }
  }

  private Schema find(StatementForm form, @Nullable List<BoundValue> values)
      throws SQLException, IOException {
    Optional<Schema> named = byNames(form);
    return named.isPresent()
        ? named.get()
        : connection.schemaOf(form.parsed(), form.bound().sql(), other -> set(other, values));
  }

  /**
   * With parameters of the types that are told of them. What is bound may change it, so it is not
   * the form's.
   */
  private Schema beforeBinding() {
    if (guessed == null) {
      guessed = guessed();
    }
    return guessed;
  }

  private Schema guessed() {
    if (!connection.isInTransaction()) {
      try {
        StatementForm form = forms.ofTypes(types());
        return form.restored(find(form, null));
      } catch (SQLException | IOException e) {
        // Values are needed to tell.
      }
    }
    return new Schema(List.of(Field.nullable("unknown", ArrowType.Null.INSTANCE)));
  }

  /** The schema by the names of the columns' types, if they say all. */
  private Optional<Schema> byNames(StatementForm form) throws SQLException {
    DuckDBPreparedStatement statement = form.bound().statement();
    ResultSetMetaData metadata = statement.getMetaData();
    String[] types = RunningQuery.columnTypes(statement);
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < types.length; i++) {
      Optional<Field> field =
          DuckTypes.field(metadata.getColumnLabel(i + 1), types[i], connection.timeZone());
      if (field.isEmpty()) {
        return Optional.empty();
      }
      fields.add(field.get());
    }
    return Optional.of(new Schema(fields));
  }

  /**
   * Sets a statement's parameters.
   *
   * @param values null for nulls
   */
  void set(DuckDBPreparedStatement statement, @Nullable List<BoundValue> values)
      throws SQLException {
    for (int i = 0; i < marks.count(); i++) {
      statement.setObject(i + 1, values == null ? null : values.get(i).value());
    }
  }
}

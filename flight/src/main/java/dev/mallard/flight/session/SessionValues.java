package dev.mallard.flight.session;

import org.apache.arrow.flight.impl.Flight.SessionOptionValue;

/** Session options on the wire and as text, which is what the engine takes. */
final class SessionValues {
  private SessionValues() {}

  /** A list, which no option is. */
  static boolean isList(SessionOptionValue value) {
    return value.getOptionValueCase() == SessionOptionValue.OptionValueCase.STRING_LIST_VALUE;
  }

  /** No value: the option is to be as if it had never been set. */
  static boolean isUnset(SessionOptionValue value) {
    return value.getOptionValueCase() == SessionOptionValue.OptionValueCase.OPTIONVALUE_NOT_SET;
  }

  static boolean isText(SessionOptionValue value) {
    return value.getOptionValueCase() == SessionOptionValue.OptionValueCase.STRING_VALUE;
  }

  static String text(SessionOptionValue value) {
    return switch (value.getOptionValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case INT64_VALUE -> Long.toString(value.getInt64Value());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      case STRING_LIST_VALUE, OPTIONVALUE_NOT_SET -> "";
    };
  }

  static SessionOptionValue of(String text) {
    return SessionOptionValue.newBuilder().setStringValue(text).build();
  }
}

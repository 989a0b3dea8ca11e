package dev.mallard.flight.sql;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer to one SqlInfo code; its type is the member of the answer's union. */
sealed interface SqlInfoValue {
  /** Place of the member in the union. */
  byte member();

  record Text(@Nullable String value) implements SqlInfoValue {
    @Override
    public byte member() {
      return 0;
    }
  }

  record Truth(boolean value) implements SqlInfoValue {
    @Override
    public byte member() {
      return 1;
    }
  }

  record BigNumber(long value) implements SqlInfoValue {
    @Override
    public byte member() {
      return 2;
    }
  }

  /** A set of flags, or one of an enumeration. */
  record Mask(int value) implements SqlInfoValue {
    @Override
    public byte member() {
      return 3;
    }
  }

  record Texts(List<String> values) implements SqlInfoValue {
    @Override
    public byte member() {
      return 4;
    }
  }

  record NumberLists(Map<Integer, List<Integer>> values) implements SqlInfoValue {
    @Override
    public byte member() {
      return 5;
    }
  }
}

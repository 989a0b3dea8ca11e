package dev.mallard.query;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What waits, by whom it is for: each of them is served in turn, its oldest first, so that one with
 * a thousand waiting delays another's only one by at most one. Not thread-safe.
 */
final class FairQueue<P> {
  /** In the order of their turns; nobody has an empty one. */
  private final LinkedHashMap<String, Deque<P>> byName = new LinkedHashMap<>();

  private int size;

  void add(String name, P place) {
    byName.computeIfAbsent(name, unseen -> new ArrayDeque<>()).add(place);
    size++;
  }

  /** Takes out whose turn it is; its name has its next turn after all others that wait now. */
  Optional<P> poll() {
    if (byName.isEmpty()) {
      return Optional.empty();
    }
    Map.Entry<String, Deque<P>> turn = byName.entrySet().iterator().next();
    String name = turn.getKey();
    Deque<P> own = turn.getValue();
    byName.remove(name);
    P place = own.remove();
    if (!own.isEmpty()) {
      byName.put(name, own);
    }
    size--;
    return Optional.of(place);
  }

  /**
   * Takes one out before its turn.
   *
   * @return whether it was there
   */
  boolean remove(String name, P place) {
    Deque<P> own = byName.get(name);
    if (own == null || !own.remove(place)) {
      return false;
    }
    size--;
    if (own.isEmpty()) {
      byName.remove(name);
    }
    return true;
  }

  /**
   * Takes out what gives way to a newcomer: the youngest of whom most wait for. Empty if the
   * newcomer's would then wait for as many: nothing is thrown out for what is no better off.
   *
   * @param mayGo what may be thrown out
   */
  Optional<P> pollFor(String newcomer, Predicate<P> mayGo) {
    String largest = newcomer;
    for (String name : byName.keySet()) {
      if (waiting(name) > waiting(largest) && byName.get(name).stream().anyMatch(mayGo)) {
        largest = name;
      }
    }
    if (waiting(largest) <= waiting(newcomer) + 1) {
      return Optional.empty();
    }
    // Somebody waits for it: there are some.
    Iterator<P> youngestFirst = Objects.requireNonNull(byName.get(largest)).descendingIterator();
    while (youngestFirst.hasNext()) {
      P place = youngestFirst.next();
      if (mayGo.test(place)) {
        youngestFirst.remove();
        size--;
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }

  int waiting(String name) {
    Deque<P> own = byName.get(name);
    return own == null ? 0 : own.size();
  }

  int size() {
    return size;
  }
}

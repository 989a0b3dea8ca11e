package dev.mallard.query;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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

  /** Takes one out before its turn; does nothing if it is not there. */
  void remove(String name, P place) {
    Deque<P> own = byName.get(name);
    if (own != null && own.remove(place)) {
      size--;
      if (own.isEmpty()) {
        byName.remove(name);
      }
    }
  }

  /**
   * Takes out what gives way to a newcomer: the youngest of whom most wait for. Empty if the
   * newcomer's would then wait for as many: nothing is thrown out for what is no better off.
   */
  Optional<P> pollFor(String newcomer) {
    Map.Entry<String, Deque<P>> largest = null;
    for (Map.Entry<String, Deque<P>> entry : byName.entrySet()) {
      if (largest == null || entry.getValue().size() > largest.getValue().size()) {
        largest = entry;
      }
    }
    if (largest == null
        || largest.getKey().equals(newcomer)
        || largest.getValue().size() <= waiting(newcomer) + 1) {
      return Optional.empty();
    }
    size--;
    return Optional.of(largest.getValue().removeLast());
  }

  int waiting(String name) {
    Deque<P> own = byName.get(name);
    return own == null ? 0 : own.size();
  }

  int size() {
    return size;
  }
}

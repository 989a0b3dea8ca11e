package dev.mallard.query;

import dev.mallard.access.Caller;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is kept for callers between their calls, by handles that they come with again. It belongs to
 * its owner's name: whoever comes with another's handle finds what he would find had it never been.
 * Everything that a client may name later is kept in one of these, so nothing can be kept for
 * nobody. Closes nothing. Thread-safe.
 */
public final class OwnedMap<V> {
  private final Map<String, Owned<V>> kept = new ConcurrentHashMap<>();

  /** Not a record: each is itself alone. */
  private static final class Owned<V> {
    private final Caller owner;
    private final V value;

    Owned(Caller owner, V value) {
      this.owner = owner;
      this.value = value;
    }
  }

  /**
   * @param handle that nobody can guess
   */
  public void put(String handle, Caller owner, V value) {
    kept.put(handle, new Owned<>(owner, value));
  }

  /** Null if there is none of that handle, or if it is not this caller's. */
  public @Nullable V find(String handle, Caller who) {
    Owned<V> owned = kept.get(handle);
    return owned == null || !who.owns(owned.owner) ? null : owned.value;
  }

  /** Takes it out; one of several who try gets it. Null as with {@link #find}. */
  public @Nullable V take(String handle, Caller who) {
    Owned<V> owned = kept.get(handle);
    if (owned == null || !who.owns(owned.owner) || !kept.remove(handle, owned)) {
      return null;
    }
    return owned.value;
  }

  /**
   * Takes out what is kept under a handle, whoever it belongs to: for who keeps it.
   *
   * @return whether it was there
   */
  public boolean remove(String handle, V value) {
    Owned<V> owned = kept.get(handle);
    return owned != null && owned.value == value && kept.remove(handle, owned);
  }

  /** It is gone already, whoever it belonged to. */
  public void forget(String handle) {
    kept.remove(handle);
  }

  /** Does something with all that there is; it may remove them. */
  public void forEach(BiConsumer<String, V> action) {
    forEachOf(owner -> true, action);
  }

  /** As {@link #forEach}, with what belongs to some callers. */
  public void forEachOf(Predicate<Caller> whose, BiConsumer<String, V> action) {
    kept.forEach(
        (handle, owned) -> {
          if (whose.test(owned.owner)) {
            action.accept(handle, owned.value);
          }
        });
  }

  public int size() {
    return kept.size();
  }

  /** How many belong to a caller's name; looks at all. */
  public int sizeOf(Caller who) {
    return (int) kept.values().stream().filter(owned -> who.owns(owned.owner)).count();
  }
}

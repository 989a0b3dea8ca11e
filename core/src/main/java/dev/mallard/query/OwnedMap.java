package dev.mallard.query;

import dev.mallard.access.Caller;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /** How many, by their owners' names; nobody has none. */
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

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
    putWithin(0, handle, owner, value);
  }

  /**
   * As {@link #put}, unless the owner has too many already.
   *
   * @param most of one name, if that is proved; 0 for no limit
   * @return whether it is kept
   */
  public boolean putWithin(int most, String handle, Caller owner, V value) {
    int limit = most == 0 || !owner.isProved() ? Integer.MAX_VALUE : most;
    Owned<V> owned = new Owned<>(owner, value);
    AtomicBoolean isKept = new AtomicBoolean();
    counts.compute(
        owner.name(),
        (name, count) -> {
          int now = count == null ? 0 : count;
          if (now >= limit) {
            return count;
          }
          kept.put(handle, owned);
          isKept.set(true);
          return now + 1;
        });
    return isKept.get();
  }

  private void left(Owned<V> owned) {
    counts.computeIfPresent(owned.owner.name(), (name, count) -> count == 1 ? null : count - 1);
  }

  /** Null if there is none of that handle, or if it is not this caller's. */
  public @Nullable V find(String handle, Caller who) {
    Owned<V> owned = kept.get(handle);
    return owned == null || !who.owns(owned.owner) ? null : owned.value;
  }

  /** Takes it out; one of several who try gets it. Null as with {@link #find}. */
  public @Nullable V take(String handle, Caller who) {
    Owned<V> owned = kept.get(handle);
    if (owned == null || !who.owns(owned.owner) || !removed(handle, owned)) {
      return null;
    }
    return owned.value;
  }

  private boolean removed(String handle, Owned<V> owned) {
    boolean isRemoved = kept.remove(handle, owned);
    if (isRemoved) {
      left(owned);
    }
    return isRemoved;
  }

  /**
   * Takes out what is kept under a handle, whoever it belongs to: for who keeps it.
   *
   * @return whether it was there
   */
  public boolean remove(String handle, V value) {
    Owned<V> owned = kept.get(handle);
    return owned != null && owned.value == value && removed(handle, owned);
  }

  /** It is gone already, whoever it belonged to. */
  public void forget(String handle) {
    Owned<V> owned = kept.get(handle);
    if (owned != null) {
      removed(handle, owned);
    }
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

  /** How many belong to a caller's name. */
  public int sizeOf(Caller who) {
    return counts.getOrDefault(who.name(), 0);
  }
}

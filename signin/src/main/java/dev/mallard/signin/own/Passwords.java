package dev.mallard.signin.own;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.mallard.access.Admitted;
import dev.mallard.access.Caller;
import dev.mallard.access.Credentials;
import dev.mallard.error.MallardException;
import dev.mallard.signin.files.AccessRules;
import dev.mallard.signin.files.AccessWatch;
import dev.mallard.signin.files.PasswordHash;
import dev.mallard.signin.files.SessionKey;
import dev.mallard.signin.files.UserEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sign-in by name and password. What was right a moment ago is known again for the price of a
 * look-up, so that clients may send it with each call; what was wrong has to wait. The same work is
 * done for names that are known, unknown and disabled, and the same is said. Thread-safe.
 */
final class Passwords implements AutoCloseable {
  private static final int MAX_REMEMBERED = 10_000;

  private final AccessWatch access;
  private final Sessions sessions;
  private final Throttle throttle;
  private final Decoys decoys = new Decoys();
  private final PasswordQueue queue = new PasswordQueue();
  private final Digest.Keyed digests = new Digest.Keyed();
  private final Cache<Digest, Remembered> remembered;

  /** Several that show the same at once are one. */
  private final Map<Digest, CompletableFuture<Admitted>> underWay = new ConcurrentHashMap<>();

  private record Remembered(Standing standing, String token, SessionKey key) {}

  Passwords(AccessWatch access, Sessions sessions, SessionTimes times, Ticker ticker) {
    this.access = access;
    this.sessions = sessions;
    this.throttle = new Throttle(ticker);
    this.remembered =
        Caffeine.newBuilder()
            .expireAfterWrite(times.remembered())
            .maximumSize(MAX_REMEMBERED)
            .ticker(ticker)
            .build();
  }

  CompletionStage<Admitted> admit(Credentials.Password shown, String address) {
    if (isTooLong(shown)) {
      return CompletableFuture.failedFuture(Refusal.wrongPassword());
    }
    Digest both = digests.of(shown.name(), shown.password());
    Optional<Admitted> known = known(both);
    if (known.isPresent()) {
      return CompletableFuture.completedFuture(known.get());
    }
    String network = Addresses.network(address);
    Digest nameAndAddress = digests.of(shown.name(), network);
    Duration pause = throttle.pause(nameAndAddress, network);
    if (!pause.isZero()) {
      return CompletableFuture.failedFuture(Refusal.tryAgainIn(pause));
    }
    CompletableFuture<Admitted> answer = new CompletableFuture<>();
    CompletableFuture<Admitted> same = underWay.putIfAbsent(both, answer);
    if (same != null) {
      return same.copy();
    }
    try {
      queue.add(network, () -> check(shown, both, nameAndAddress, network, answer));
    } catch (MallardException e) {
      underWay.remove(both);
      answer.completeExceptionally(e);
    }
    // Nobody who has done with waiting ends it for the others.
    return answer.copy();
  }

  private static boolean isTooLong(Credentials.Password shown) {
    return shown.name().length() > UserEntry.MAX_NAME_CHARS
        || shown.password().getBytes(StandardCharsets.UTF_8).length
            > PasswordHash.MAX_PASSWORD_BYTES;
  }

  private Optional<Admitted> known(Digest both) {
    Remembered last = remembered.getIfPresent(both);
    if (last == null) {
      return Optional.empty();
    }
    Optional<Caller> caller = last.standing.callerBy(access.rules());
    if (caller.isEmpty()) {
      return Optional.empty();
    }
    Remembered now = last.key == access.key() ? last : remember(both, last.standing);
    return Optional.of(new Admitted(caller.get(), Optional.of(now.token)));
  }

  private Remembered remember(Digest both, Standing standing) {
    SessionKey key = access.key();
    Remembered made = new Remembered(standing, sessions.begin(standing, key), key);
    remembered.put(both, made);
    return made;
  }

  /** On the queue's thread: while it runs no other check does, so all failures are counted. */
  private void check(
      Credentials.Password shown,
      Digest both,
      Digest nameAndAddress,
      String network,
      CompletableFuture<Admitted> answer) {
    try {
      Duration pause = throttle.pause(nameAndAddress, network);
      if (!pause.isZero()) {
        throw Refusal.tryAgainIn(pause);
      }
      Optional<Standing> right = check(shown);
      Optional<Caller> caller = right.flatMap(standing -> standing.callerBy(access.rules()));
      if (right.isEmpty() || caller.isEmpty()) {
        throttle.failed(nameAndAddress, network);
        throw Refusal.wrongPassword();
      }
      throttle.succeeded(nameAndAddress);
      Remembered made = remember(both, right.get());
      underWay.remove(both);
      answer.complete(new Admitted(caller.get(), Optional.of(made.token)));
    } catch (RuntimeException | OutOfMemoryError e) {
      underWay.remove(both);
      answer.completeExceptionally(e);
    }
  }

  /** Always checks one hash, whether there is something to check or not. */
  private Optional<Standing> check(Credentials.Password shown) {
    AccessRules rules = access.rules();
    Optional<UserEntry> user = rules.user(shown.name());
    Optional<String> hash = user.flatMap(UserEntry::password);
    String checked = hash.orElseGet(() -> decoys.of(rules, shown.name()));
    boolean isRight = PasswordHash.of(checked).isOf(shown.password());
    return isRight && hash.isPresent()
        ? Optional.of(new Standing(shown.name(), PasswordHash.generationOf(checked)))
        : Optional.empty();
  }

  /** For tests and metrics: what is kept in memory. */
  long kept() {
    remembered.cleanUp();
    return remembered.estimatedSize() + throttle.remembered() + underWay.size() + queue.waiting();
  }

  @Override
  public void close() {
    queue.close();
    underWay.values().forEach(answer -> answer.completeExceptionally(Refusal.tooManyAtOnce()));
  }
}

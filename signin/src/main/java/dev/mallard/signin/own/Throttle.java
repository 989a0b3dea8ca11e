package dev.mallard.signin.own;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How long one who has failed to sign in is made to wait. It counts by name and address (pauses
 * that double), by address (whatever the names), and in all, where it holds up those alone whose
 * address has failed lately. So nobody's failures lock out the same name elsewhere. It forgets, and
 * its memory is bounded whatever comes. Thread-safe.
 */
final class Throttle {
  /** Slips of the hand, for which nobody waits. */
  private static final int FREE = 3;

  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration REMEMBERED = Duration.ofMinutes(15);
  private static final Bucket OF_ADDRESS = new Bucket(10, 1);
  private static final Bucket OF_ALL = new Bucket(60, 10);
  private static final int MAX_NAMES = 50_000;
  private static final int MAX_ADDRESSES = 20_000;
  private static final double NANOS = 1e9;

  private final Ticker ticker;
  private final Cache<Digest, Failures> byName;
  private final Cache<String, Level> byAddress;
  private final AtomicReference<Level> all = new AtomicReference<>(new Level(0, 0));

  /** Failures of one name from one address since it last came in. */
  private record Failures(int count, long last) {}

  /** How full a bucket is at a time. */
  private record Level(double filled, long at) {}

  /** Takes so many failures at once, and so many a second for ever. */
  private record Bucket(double capacity, double perSecond) {
    double filled(@Nullable Level level, long now) {
      return level == null ? 0 : Math.max(0, level.filled - (now - level.at) / NANOS * perSecond);
    }

    Level withOneMore(@Nullable Level level, long now) {
      return new Level(Math.min(capacity, filled(level, now) + 1), now);
    }

    Duration pause(@Nullable Level level, long now) {
      double over = filled(level, now) - (capacity - 1);
      return over <= 0 ? Duration.ZERO : Duration.ofNanos((long) (over / perSecond * NANOS));
    }
  }

  Throttle(Ticker ticker) {
    this.ticker = ticker;
    this.byName =
        Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(MAX_NAMES)
            .ticker(ticker)
            .build();
    this.byAddress =
        Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(MAX_ADDRESSES)
            .ticker(ticker)
            .build();
  }

  /** Zero, or how long to wait. Costs no more than look-ups. */
  Duration pause(Digest nameAndAddress, String address) {
    long now = ticker.read();
    Duration pause = pause(byName.getIfPresent(nameAndAddress), now);
    Level level = byAddress.getIfPresent(address);
    pause = longer(pause, OF_ADDRESS.pause(level, now));
    return OF_ADDRESS.filled(level, now) > 0 ? longer(pause, OF_ALL.pause(all.get(), now)) : pause;
  }

  private static Duration pause(@Nullable Failures failures, long now) {
    if (failures == null || failures.count < FREE) {
      return Duration.ZERO;
    }
    long seconds = Math.min(LONGEST.toSeconds(), 1L << Math.min(30, failures.count - FREE));
    Duration left = Duration.ofSeconds(seconds).minusNanos(now - failures.last);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  void failed(Digest nameAndAddress, String address) {
    long now = ticker.read();
    byName
        .asMap()
        .compute(
            nameAndAddress,
            (key, before) -> new Failures(before == null ? 1 : before.count + 1, now));
    byAddress.asMap().compute(address, (key, before) -> OF_ADDRESS.withOneMore(before, now));
    all.updateAndGet(before -> OF_ALL.withOneMore(before, now));
  }

  /** That name may err again; its address is judged by all that come from there. */
  void succeeded(Digest nameAndAddress) {
    byName.invalidate(nameAndAddress);
  }

  /** For tests and metrics. */
  long remembered() {
    byName.cleanUp();
    byAddress.cleanUp();
    return byName.estimatedSize() + byAddress.estimatedSize();
  }
}

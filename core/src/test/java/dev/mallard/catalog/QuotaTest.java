package dev.mallard.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaTest {
  /** A folder that is a map. */
  private static final class Files implements StoredBytes {
    private final Map<String, Map<String, Long>> files = new HashMap<>();
    private int scans;
    private boolean fails;

    @Override
    public Map<String, Map<String, Long>> all() {
      scans++;
      return Map.copyOf(files);
    }

    @Override
    public Map<String, Long> of(String file) {
      if (fails) {
        throw new MallardException(ErrorCode.INTERNAL, "the disk");
      }
      return files.getOrDefault(file, Map.of());
    }
  }

  private final Files files = new Files();
  private long nanos;
  private final Quota quota = new Quota(100, files, () -> nanos);

  private static Caller caller(String name) {
    return new Caller(name, Role.FULL, new Proof.Password("1"));
  }

  private static void assertRefused(ThrowingCallable code) {
    assertThatThrownBy(code)
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED))
        .hasMessageContaining("'ann' has stored")
        .hasMessageContaining("may store 100")
        .hasMessageContaining("--quota");
  }

  @Test
  void whatIsStoredAndWhatComesInCountTogether() {
    files.files.put("a", Map.of("ann", 60L, "bob", 100L));
    try (Quota.Reservation first = quota.begin(caller("ann"));
        Quota.Reservation second = quota.begin(caller("ann"))) {
      first.grownTo(30);
      second.grownTo(10);
      assertRefused(() -> second.grownTo(11));
      assertRefused(() -> quota.begin(caller("ann")));
      first.close();
      second.grownTo(40);
    }
    assertThat(quota.uploading()).isZero();
    assertThat(quota.used("ann")).isEqualTo(60);
  }

  @Test
  void theFolderIsLookedAtOnceAndThenEachFileThatChanged() {
    quota.changed("nobody has asked yet");
    quota.begin(caller("ann")).close();
    files.files.put("a", Map.of("ann", 70L));
    quota.changed("a");
    assertThat(quota.used("ann")).isEqualTo(70);
    files.files.put("a", Map.of("bob", 5L));
    quota.changed("a");
    assertThat(quota.used("ann")).isZero();
    assertThat(quota.used("bob")).isEqualTo(5);
    files.files.remove("a");
    quota.changed("a");
    assertThat(quota.used("bob")).isZero();
    assertThat(files.scans).isEqualTo(1);
  }

  @Test
  void beforeItRefusesItLooksAgainButNotAllTheTime() {
    files.files.put("a", Map.of("ann", 100L));
    assertRefused(() -> quota.begin(caller("ann")));
    files.files.clear();
    assertRefused(() -> quota.begin(caller("ann")));
    nanos += TimeUnit.SECONDS.toNanos(11);
    quota.begin(caller("ann")).close();
    assertThat(files.scans).isEqualTo(2);
  }

  @Test
  void aLookThatFailsIsMadeUpFor() {
    quota.begin(caller("ann")).close();
    files.files.put("a", Map.of("ann", 100L));
    files.fails = true;
    quota.changed("a");
    assertRefused(() -> quota.begin(caller("ann")));
  }

  @Test
  void whoHasNoProvedNameHasNoQuota() {
    files.files.put("a", Map.of(Caller.NOBODY, 1_000L));
    quota.begin(Caller.ANONYMOUS).grownTo(1_000_000);
    assertThat(files.scans).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13})
  void whateverComesAndGoesTheSumsAreRight(long seed) {
    Random random = new Random(seed);
    List<Quota.Reservation> open = new ArrayList<>();
    Map<Quota.Reservation, Long> model = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      try {
        if (random.nextInt(4) == 0) {
          Quota.Reservation begun = quota.begin(caller("ann"));
          open.add(begun);
          model.put(begun, 1L);
        } else if (!open.isEmpty()) {
          Quota.Reservation one = open.get(random.nextInt(open.size()));
          if (random.nextInt(3) == 0) {
            one.close();
            open.remove(one);
            model.remove(one);
          } else {
            long total = model.get(one) + random.nextInt(20);
            one.grownTo(total);
            model.put(one, total);
          }
        }
      } catch (MallardException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
      }
      long sum = model.values().stream().mapToLong(bytes -> bytes).sum();
      assertThat(quota.uploading()).isEqualTo(sum).isLessThanOrEqualTo(100);
    }
    open.forEach(Quota.Reservation::close);
    assertThat(quota.uploading()).isZero();
  }
}

package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FairQueueTest {
  private static final List<String> NAMES = List.of("ann", "bob", "cat", "dan");

  private final FairQueue<String> queue = new FairQueue<>();

  @Test
  void aThousandOfOneDelayAnothersOnlyOneByOne() {
    for (int i = 0; i < 1_000; i++) {
      queue.add("ann", "ann" + i);
    }
    queue.add("bob", "bob0");
    assertThat(queue.poll()).contains("ann0");
    assertThat(queue.poll()).contains("bob0");
    assertThat(queue.poll()).contains("ann1");
    assertThat(queue.size()).isEqualTo(998);
  }

  @Test
  void theYoungestOfWhoHasMostGivesWayUntilThatIsNoFairerAnyMore() {
    for (int i = 0; i < 5; i++) {
      queue.add("ann", "ann" + i);
    }
    queue.add("bob", "bob0");
    assertThat(queue.pollFor("bob", one -> true)).contains("ann4");
    queue.add("bob", "bob1");
    assertThat(queue.pollFor("cat", one -> true)).contains("ann3");
    queue.add("cat", "cat0");
    assertThat(queue.pollFor("bob", one -> true)).isEmpty();
    assertThat(queue.pollFor("ann", one -> true)).isEmpty();
    assertThat(queue.size()).isEqualTo(6);
  }

  /**
   * Whatever comes in whatever order: nobody is passed over, each one's come in their order, and
   * from the moment a name waits it has its turn before any other has two.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597})
  void everyInterleavingIsFair(long seed) {
    Random random = new Random(seed);
    Map<String, List<String>> model = new TreeMap<>();
    Map<String, Map<String, Integer>> turnsOfOthers = new HashMap<>();
    NAMES.forEach(name -> model.put(name, new ArrayList<>()));
    for (int step = 0; step < 5_000; step++) {
      String name = NAMES.get(random.nextInt(random.nextInt(NAMES.size()) + 1));
      List<String> own = model.get(name);
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          if (own.isEmpty()) {
            turnsOfOthers.put(name, new HashMap<>());
          }
          own.add(name + step);
          queue.add(name, name + step);
        }
        case 2 -> {
          String gone = own.isEmpty() ? "nobody" : own.remove(random.nextInt(own.size()));
          queue.remove(name, gone);
        }
        case 3 -> displaced(name, model);
        default -> served(model, turnsOfOthers);
      }
      assertThat(queue.size()).isEqualTo(model.values().stream().mapToInt(List::size).sum());
      assertThat(queue.waiting(name)).isEqualTo(own.size());
    }
  }

  private void displaced(String newcomer, Map<String, List<String>> model) {
    int most = model.values().stream().mapToInt(List::size).max().orElseThrow();
    Optional<String> place = queue.pollFor(newcomer, one -> true);
    assertThat(place.isPresent()).isEqualTo(most > model.get(newcomer).size() + 1);
    if (place.isPresent()) {
      List<String> loser = model.get(place.get().substring(0, 3));
      assertThat(loser).hasSize(most).endsWith(place.get());
      loser.remove(loser.size() - 1);
    }
  }

  private void served(
      Map<String, List<String>> model, Map<String, Map<String, Integer>> turnsOfOthers) {
    Optional<String> place = queue.poll();
    if (place.isEmpty()) {
      assertThat(model.values()).allMatch(List::isEmpty);
      return;
    }
    String name = place.get().substring(0, 3);
    assertThat(model.get(name).remove(0)).isEqualTo(place.get());
    turnsOfOthers.put(name, new HashMap<>());
    for (String other : NAMES) {
      if (!other.equals(name) && !model.get(other).isEmpty()) {
        assertThat(turnsOfOthers.get(other).merge(name, 1, Integer::sum)).isEqualTo(1);
      }
    }
  }
}

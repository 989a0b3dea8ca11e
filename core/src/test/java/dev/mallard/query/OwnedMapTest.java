package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnedMapTest {
  private static final Caller ALICE =
      new Caller("alice", Role.FULL, new Proof.Password("generation"));
  private static final Caller ALICES_TOKEN =
      new Caller("alice", Role.READ_ONLY, new Proof.ApiToken("id"));
  private static final Caller ADMIN = new Caller("admin", Role.ADMIN, new Proof.ApiToken("id"));

  private final OwnedMap<String> map = new OwnedMap<>();

  @Test
  void whatIsKeptIsThereForItsOwnersNameAlone() {
    map.put("handle", ALICE, "value");
    assertThat(map.find("handle", ALICES_TOKEN)).isEqualTo("value");
    assertThat(map.find("handle", ADMIN)).as("whatever he may do").isNull();
    assertThat(map.take("handle", ADMIN)).isNull();
    assertThat(map.find("other", ALICE)).isNull();
    assertThat(map.take("handle", ALICES_TOKEN)).isEqualTo("value");
    assertThat(map.take("handle", ALICE)).as("once").isNull();
    assertThat(map.size()).isZero();
  }

  @Test
  void itsKeeperFindsWhatBelongsToSomeAndTakesOutWhatIsStillThere() {
    map.put("a", ALICE, "first");
    map.put("b", ADMIN, "second");
    List<String> seen = new ArrayList<>();
    map.forEachOf(ALICES_TOKEN::owns, (handle, value) -> seen.add(handle + value));
    assertThat(seen).containsExactly("afirst");
    assertThat(map.remove("a", "something else")).isFalse();
    map.forEach(map::remove);
    assertThat(map.remove("a", "first")).isFalse();
    map.forget("a");
    assertThat(map.size()).isZero();
  }

  @Test
  void aNameHasNoMoreThanItsShareAndGetsItBack() {
    assertThat(map.putWithin(1, "a", ALICE, "first")).isTrue();
    assertThat(map.putWithin(1, "b", ALICES_TOKEN, "second")).isFalse();
    assertThat(map.find("b", ALICE)).isNull();
    assertThat(map.putWithin(1, "c", ADMIN, "another's")).isTrue();
    map.take("a", ALICE);
    map.take("a", ALICE);
    assertThat(map.putWithin(1, "b", ALICE, "second")).isTrue();
    assertThat(map.putWithin(1, "d", ALICE, "third")).isFalse();
  }
}

package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.query.NameClaims.Claim;
import dev.mallard.query.NameClaims.Taker;
import org.junit.jupiter.api.Test;

/** One namespace for tables and datasets that are about to be. */
class NameClaimsTest {
  private final NameClaims claims = new NameClaims();

  @Test
  void aNameIsClaimedByOneKindUntilItsLastClaimIsClosed() {
    Claim first = claims.claim(new DatasetTable("main", "a"), Taker.TABLE).orElseThrow();
    Claim second = claims.claim(new DatasetTable("MAIN", "A"), Taker.TABLE).orElseThrow();
    DatasetTable name = new DatasetTable("Main", "a");
    assertThat(claims.claim(name, Taker.DATASET)).isEmpty();
    first.close();
    first.close();
    assertThat(claims.claim(name, Taker.DATASET)).isEmpty();
    second.close();
    Claim other = claims.claim(name, Taker.DATASET).orElseThrow();
    assertThat(claims.claim(name, Taker.TABLE)).isEmpty();
    assertThat(claims.claim(new DatasetTable("shop", "a"), Taker.TABLE)).isPresent();
    other.close();
    assertThat(claims.claim(name, Taker.TABLE)).isPresent();
  }
}

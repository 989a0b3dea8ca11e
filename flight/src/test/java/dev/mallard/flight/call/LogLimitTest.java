package dev.mallard.flight.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLimitTest {
  private Instant now = Instant.EPOCH;

  private final LogLimit limit =
      new LogLimit(
          new Clock() {
            @Override
            public Instant instant() {
              return now;
            }

            @Override
            public ZoneOffset getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
              throw new UnsupportedOperationException();
            }
          },
          3);

  private List<Long> next(int lines) {
    List<Long> answers = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      answers.add(limit.next());
    }
    return answers;
  }

  @Test
  void whatIsLeftOutIsToldWithTheNextLine() {
    assertThat(next(6)).containsExactly(0L, 0L, 0L, -1L, -1L, -1L);
    now = now.plusSeconds(1);
    assertThat(next(4)).containsExactly(3L, 0L, 0L, -1L);
    now = now.plusSeconds(3600);
    assertThat(next(2)).containsExactly(1L, 0L);
  }
}

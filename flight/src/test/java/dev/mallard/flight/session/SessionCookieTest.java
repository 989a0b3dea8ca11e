package dev.mallard.flight.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SessionCookieTest {
  @Test
  void isFoundAmongOthers() {
    assertThat(
            SessionCookie.read(
                List.of("a=1; arrow_flight_session_id=abc;b=2", "c=3; arrow_flight_session=x")))
        .contains("abc");
    assertThat(SessionCookie.read(List.of("a=1", "arrow_flight_session_id=\"q\""))).contains("q");
    assertThat(SessionCookie.read(List.of("a=1,arrow_flight_session_id = abc"))).contains("abc");
  }

  @Test
  void theNewestOneCounts() {
    assertThat(
            SessionCookie.read(
                List.of("arrow_flight_session_id=old", "arrow_flight_session_id=new")))
        .contains("new");
  }

  @Test
  void mayBeMissing() {
    assertThat(SessionCookie.read(List.of())).isEmpty();
    assertThat(SessionCookie.read(List.of("", ";;=", "arrow_flight_session_id"))).isEmpty();
    assertThat(SessionCookie.read(List.of("arrow_flight_session_id="))).isEmpty();
    assertThat(SessionCookie.read(List.of("Arrow_flight_session_id=x"))).isEmpty();
  }

  @Test
  void isSetAsClientsReadIt() {
    List<java.net.HttpCookie> set =
        java.net.HttpCookie.parse("Set-Cookie: " + SessionCookie.set("abc"));
    assertThat(set).hasSize(1);
    assertThat(set.get(0).getValue()).isEqualTo("abc");
    assertThat(set.get(0).hasExpired()).isFalse();
    assertThat(java.net.HttpCookie.parse(SessionCookie.forget()).get(0).hasExpired()).isTrue();
  }
}

package dev.mallard.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.client.MallardClient.PutMode;
import dev.mallard.testing.Await;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.vector.types.pojo.Schema;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a client proves who it is, and what it does when it is refused. */
final class ClientSignInTest {
  private static final Schema SCHEMA = new Schema(List.of());

  private SignInServer server;
  private MallardClient client;

  @BeforeEach
  void start() throws Exception {
    server = new SignInServer();
    client = connect(SignInServer.ADA);
  }

  private MallardClient connect(Credentials credentials) {
    return MallardClient.connect(ClientSettings.of(server.address()).as(credentials));
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> {
              assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAUTHENTICATED);
              assertThat(e.status().description()).isEqualTo(SignInServer.REFUSAL);
            });
  }

  private void put() {
    try (Upload upload = client.upload("x", SCHEMA, PutMode.REPLACE)) {
      upload.finish();
    }
  }

  @Test
  void aPasswordIsShownOnceAndThenItsToken() {
    client.list("");
    client.drop("x");
    put();

    assertThat(server.calls)
        .containsExactly(
            "Handshake Basic", "ListFlights Bearer", "DoAction Bearer", "DoPut Bearer");
  }

  @Test
  void callsOfManyThreadsAndConnectionsWaitForOneSignIn() throws Exception {
    server.gate = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(16);
    List<MallardClient> others = new ArrayList<>();
    try {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        MallardClient one = i % 2 == 0 ? client : client.another();
        if (one != client) {
          others.add(one);
        }
        calls.add(threads.submit(() -> one.list("")));
      }
      Await.until("somebody signs in", () -> server.handshakes() == 1);
      server.gate.countDown();
      for (Future<?> call : calls) {
        call.get();
      }
    } finally {
      threads.shutdownNow();
      others.forEach(MallardClient::close);
    }

    assertThat(server.handshakes()).isEqualTo(1);
    assertThat(server.calls).hasSize(17).filteredOn("ListFlights Bearer"::equals).hasSize(16);
  }

  @Test
  void aTokenThatIsRefusedIsRenewedAndTheCallMadeAgain() {
    client.list("");
    server.tokens.clear();

    client.drop("x");

    assertThat(server.calls.subList(2, 5))
        .containsExactly("DoAction Bearer", "Handshake Basic", "DoAction Bearer");
    assertThat(server.done).filteredOn("DoAction"::equals).hasSize(1);
  }

  /** Such a server may have begun it. */
  @Test
  void onlyWhatLooksIsMadeAgainIfTheServerDoesNotSayThatItHasDoneNothing() {
    server.marksRefusals = false;
    client.list("");
    server.tokens.clear();

    assertRefused(() -> client.drop("x"));
    client.drop("x");
    server.tokens.clear();
    client.list("");

    assertThat(server.done)
        .containsExactly(
            "Handshake", "ListFlights", "Handshake", "DoAction", "Handshake", "ListFlights");
  }

  @Test
  void anUploadThatIsRefusedFailsAndTheNextOneSignsInAnew() {
    client.list("");
    server.tokens.clear();

    assertRefused(this::put);
    put();

    assertThat(server.calls.subList(2, 5))
        .containsExactly("DoPut Bearer", "Handshake Basic", "DoPut Bearer");
  }

  @Test
  void manyCallsWhoseTokenIsRefusedSignInOnce() throws Exception {
    client.list("");
    server.tokens.clear();
    server.gate = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(threads.submit(() -> client.list("")));
      }
      // Who comes later than that waits for the token that is asked for.
      Await.until("one has been refused and asks for a token", () -> server.handshakes() == 2);
      server.gate.countDown();
      for (Future<?> call : calls) {
        call.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(server.handshakes()).isEqualTo(2);
  }

  @Test
  void aRenewedTokenIsTakenOver() {
    server.givesTokensToCalls = true;
    client.list("");
    server.tokens.remove("token-1");
    client.list("");
    server.tokens.remove("token-2");
    client.drop("x");

    assertThat(server.handshakes()).isEqualTo(1);
    assertThat(server.calls).hasSize(4);
  }

  @Test
  void aWrongPasswordIsTriedOnceACall() {
    try (MallardClient other = connect(new Credentials.Password("ada", "quack"))) {
      assertRefused(() -> other.list(""));
      assertThat(server.calls).containsExactly("Handshake Basic");
    }
  }

  @Test
  void aServerThatIsTooBusyToLookIsSaidSo() {
    server.handshake = Status.RESOURCE_EXHAUSTED.withDescription("too many sign-ins");
    assertThatThrownBy(() -> client.list(""))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED))
        .hasMessage("too many sign-ins");

    server.handshake = Status.OK;
    client.list("");
  }

  @Test
  void aServerWithoutHandshakesGetsThePasswordWithEachCallUntilItGivesAToken() {
    server.knowsHandshakes = false;
    client.list("");
    client.list("");
    server.givesTokensToCalls = true;
    client.list("");
    client.list("");

    assertThat(server.calls)
        .containsExactly(
            "Handshake Basic",
            "ListFlights Basic",
            "ListFlights Basic",
            "ListFlights Basic",
            "ListFlights Bearer");
  }

  @Test
  void aTokenIsShownFromTheFirstCall() {
    server.tokens.add("given");
    try (MallardClient other = connect(new Credentials.Token("given"))) {
      other.list("");
      server.tokens.clear();
      assertRefused(() -> other.list(""));
    }

    assertThat(server.calls).containsExactly("ListFlights Bearer", "ListFlights Bearer");
  }

  @Test
  void whoShowsNothingIsRefusedAndDoesNotTryAgain() {
    try (MallardClient nobody = connect(Credentials.NONE)) {
      assertRefused(() -> nobody.list(""));
    }
    assertThat(server.calls).containsExactly("ListFlights nothing");
  }

  @Test
  void aStreamThatWaitsForTheSignInCanBeCancelled() throws Exception {
    server.gate = new CountDownLatch(1);
    try (ResultStream stream = client.open(new Ticket(new byte[0]))) {
      Await.until("it signs in", () -> server.handshakes() == 1);
      client.cancelAll();
      assertThatThrownBy(stream::next)
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.CANCELLED));
    }
    server.gate.countDown();
    client.list("");
    assertThat(server.done).doesNotContain("DoGet");
  }

  @Test
  void aServerThatIsNotThereIsSaidAsToEverybody() throws Exception {
    server.close();
    assertThatThrownBy(() -> client.list(""))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAVAILABLE))
        .hasRootCauseInstanceOf(java.net.ConnectException.class);
  }
}

package dev.mallard.flight.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who waits for the engine takes no thread from those who do not. */
class SlowReadsTest {
  private static final int CALL_THREADS = 2;
  private static final int SLOW_READS = 3;
  private static final CallOption SOON = CallOptions.timeout(20, TimeUnit.SECONDS);

  /** Its first batch is more than may wait to be sent. */
  private static final String SLOW = "SELECT repeat('x', 1000) AS s FROM range(600)";

  @TempDir private Path root;

  @Test
  void withMoreStalledReadsThanThereAreThreadsTheOthersAreAnswered() throws Exception {
    CountDownLatch stalled = new CountDownLatch(SLOW_READS);
    try (SqlServiceFixture server =
        new SqlServiceFixture(root, CALL_THREADS, engine -> StallingEngine.over(engine, stalled))) {
      FlightClient client = server.client();
      put(server, client);
      List<FlightStream> slow = new ArrayList<>();
      for (int i = 0; i < SLOW_READS; i++) {
        FlightStream stream = server.client().getStream(new Ticket(SLOW.getBytes(UTF_8)));
        assertThat(stream.next()).isTrue();
        slow.add(stream);
      }
      assertThat(stalled.await(60, TimeUnit.SECONDS)).as("all of them wait").isTrue();
      assertHealthy(server.port());
      assertThat(client.listFlights(Criteria.ALL, SOON)).hasSize(1);
      try (FlightStream plain = client.getStream(new Ticket("plain".getBytes(UTF_8)), SOON)) {
        assertThat(plain.next()).isTrue();
        assertThat(plain.getRoot().getRowCount()).isEqualTo(3);
        assertThat(plain.next()).isFalse();
      }
      for (FlightStream stream : slow) {
        stream.cancel("seen enough", null);
        stream.close();
      }
    }
  }

  private static void assertHealthy(int port) throws InterruptedException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
  }

  private static void put(SqlServiceFixture server, FlightClient client) {
    try (BigIntVector numbers = new BigIntVector("n", server.clientMemory);
        VectorSchemaRoot rows = VectorSchemaRoot.of(numbers)) {
      for (int i = 0; i < 3; i++) {
        numbers.setSafe(i, i);
      }
      rows.setRowCount(3);
      var listener =
          client.startPut(FlightDescriptor.path("plain.feather"), rows, new AsyncPutListener());
      listener.putNext();
      listener.completed();
      listener.getResult();
    }
  }
}

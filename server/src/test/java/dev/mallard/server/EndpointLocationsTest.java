package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints say where to read them as the server was told to, in every FlightInfo. */
class EndpointLocationsTest {
  private static final String REUSE = "arrow-flight-reuse-connection://?";

  @TempDir private Path folder;

  @Test
  void withoutAWordThereIsNoLocation() throws Exception {
    assertThat(locations()).containsOnly(List.of());
  }

  @Test
  void allThatAreSetAreNamedInTheirOrder() throws Exception {
    assertThat(locations(REUSE)).containsOnly(List.of(REUSE));
    assertThat(locations(REUSE, "grpc://far:99")).containsOnly(List.of(REUSE, "grpc://far:99"));
  }

  /** Of a listing, a dataset and a query, all with the same tickets' data. */
  private List<List<String>> locations(String... set) throws Exception {
    TestConfig config = TestConfig.of(folder).endpointLocations(set);
    try (TestServer server = TestServer.start(folder, config)) {
      var client = server.client();
      Tables.put(client, server.memory(), path("x.feather"), 1, 1, 10);
      FlightInfo query =
          client.getInfo(
              FlightDescriptor.command("SELECT 1 AS n".getBytes(StandardCharsets.UTF_8)));
      FlightInfo dataset = client.getInfo(path("x"));
      assertThat(Tables.read(client, dataset.getEndpoints().get(0).getTicket())).hasSize(10);
      FlightInfo listed =
          client.listFlights(org.apache.arrow.flight.Criteria.ALL).iterator().next();
      return List.of(query, dataset, listed).stream()
          .flatMap(info -> info.getEndpoints().stream())
          .map(
              endpoint ->
                  endpoint.getLocations().stream()
                      .map(location -> location.getUri().toString())
                      .toList())
          .toList();
    }
  }
}

package dev.mallard.cli.doctor;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.cli.io.Sizes;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.arrow.flight.FlightInfo;

/** What can be wrong with a connection. Errors of the connection itself are thrown. */
public final class ServerChecks {
  static final String NO_DATASET = "no dataset has this name";
  private static final int ROUND_TRIPS = 10;
  private static final long TRANSFER_BYTES = 32L << 20;
  private static final double SLOW_ROUND_TRIP_MILLIS = 100;

  private final MallardClient client;

  public ServerChecks(MallardClient client) {
    this.client = client;
  }

  /** All of them. */
  public List<Finding> run() throws IOException {
    List<Finding> findings = new ArrayList<>();
    List<FlightInfo> datasets = client.list("");
    findings.add(
        Finding.ok(
            "connection",
            client.address() + " answers, with " + Sizes.count(datasets.size(), "dataset")));
    findings.add(version());
    findings.add(new SignInCheck(client).run());
    findings.add(new SqlCheck(client).run());
    findings.add(roundTrip());
    findings.add(throughput(datasets));
    return findings;
  }

  private Finding version() {
    return client
        .serverVersion()
        .map(version -> Finding.ok("version", version))
        .orElseGet(
            () -> Finding.warning("version", "not said: the server does not speak Flight SQL"));
  }

  private Finding roundTrip() {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < ROUND_TRIPS; i++) {
      long start = System.nanoTime();
      client.list(NO_DATASET);
      best = Math.min(best, (System.nanoTime() - start) / 1e6);
    }
    String time = String.format(Locale.ROOT, "%.2f ms", best);
    return best < SLOW_ROUND_TRIP_MILLIS
        ? Finding.ok("round trip", time)
        : Finding.warning("round trip", time + ": the network is slow, or the server is busy");
  }

  private Finding throughput(List<FlightInfo> datasets) throws IOException {
    Optional<FlightInfo> largest =
        datasets.stream()
            .filter(info -> !info.getEndpoints().isEmpty())
            .max(Comparator.comparingLong(FlightInfo::getRecords));
    if (largest.isEmpty()) {
      return Finding.warning(
          "throughput", "not measured: there is no dataset to read; try: mallard bench");
    }
    long start = System.nanoTime();
    long bytes = 0;
    try (BatchStream stream = client.open(largest.get().getEndpoints().get(0).getTicket())) {
      IpcMessage next;
      while (bytes < TRANSFER_BYTES && (next = stream.next()) != null) {
        try (IpcMessage message = next) {
          bytes += message.encodedBytes();
        }
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return Finding.ok(
        "throughput",
        Sizes.bytes(bytes / seconds)
            + "/s when reading "
            + Sizes.bytes(bytes)
            + " of "
            + String.join("/", largest.get().getDescriptor().getPath())
            + " (mallard bench measures more)");
  }
}

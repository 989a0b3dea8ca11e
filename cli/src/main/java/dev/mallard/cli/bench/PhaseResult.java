package dev.mallard.cli.bench;

import java.util.Arrays;
import java.util.List;

/**
 * What one phase measured.
 *
 * @param refused those of the failed ones that the server does not allow
 * @param latencies of the operations that succeeded, in seconds, ascending
 * @param errors messages of those that failed, each once
 */
public record PhaseResult(
    String phase,
    double seconds,
    long operations,
    long failed,
    long refused,
    long bytes,
    long rows,
    double[] latencies,
    List<String> errors) {

  public PhaseResult {
    latencies = latencies.clone();
    Arrays.sort(latencies);
  }

  public double megabytesPerSecond() {
    return bytes / 1e6 / seconds;
  }

  public double rowsPerSecond() {
    return rows / seconds;
  }

  public double operationsPerSecond() {
    return operations / seconds;
  }

  /**
   * A latency that a part of the operations stayed within.
   *
   * @param part from 0 to 1
   */
  public double percentile(double part) {
    if (latencies.length == 0) {
      return 0;
    }
    int index = (int) Math.ceil(part * latencies.length) - 1;
    return latencies[Math.max(0, index)];
  }
}

package dev.mallard.cli.bench;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param rows of each batch
 * @param batches of each dataset
 * @param datasets that are made
 * @param clients connections at a time
 * @param warmUp of each phase before it is measured
 * @param duration of each phase at least; zero does each operation once
 * @param prefix of the datasets' names
 */
public record BenchPlan(
    long rows,
    int batches,
    int datasets,
    int clients,
    Duration warmUp,
    Duration duration,
    String prefix) {
  String name(int dataset) {
    return prefix + "_" + dataset;
  }

  long datasetRows() {
    return Math.multiplyExact(rows, (long) batches);
  }
}

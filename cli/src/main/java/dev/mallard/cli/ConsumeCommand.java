package dev.mallard.cli;

import dev.mallard.arrow.BatchStream;
import dev.mallard.cli.consume.Consumption;
import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.UsageException;
import dev.mallard.cli.transfer.Endpoints;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import java.time.Duration;
import org.apache.arrow.flight.FlightInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mallard consume}. */
@Command(
    name = "consume",
    description =
        "Go through a dataset batch by batch, counting nulls and finding minima and maxima, and show"
            + " how the transfer flows.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard consume large_table                                   one thing after the other",
      "  mallard consume large_table --pause-every 2 --pause 500ms     a slow consumer",
      "  mallard consume large_table --mode pipeline                   three stages at a time"
    })
public final class ConsumeCommand extends ClientCommand {
  /** How the work is arranged. */
  enum Mode {
    sequential,
    pipeline
  }

  @Parameters(paramLabel = "NAME", description = "The dataset.")
  private String name = "";

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "sequential",
      description = {
        "sequential: the next batch is asked for when the one before is done (default);",
        "pipeline: network, computing on all cores and logging at the same time, with bounded queues"
            + " between."
      })
  private Mode mode = Mode.sequential;

  @Option(
      names = "--pause-every",
      paramLabel = "N",
      defaultValue = "0",
      description = "Sequential: pause after every N batches (default: never).")
  private int pauseEvery;

  @Option(
      names = "--pause",
      paramLabel = "TIME",
      defaultValue = "500ms",
      converter = Durations.class,
      description = "How long a pause is (default: ${DEFAULT-VALUE}).")
  private Duration pause = Duration.ofMillis(500);

  @Option(
      names = "--queue",
      paramLabel = "N",
      defaultValue = "4",
      description = "Pipeline: batches that may wait before a stage (default: ${DEFAULT-VALUE}).")
  private int queue = 4;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Pipeline: threads that compute, each some of a batch's columns (default: one a core).")
  private int workers = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--passes",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Compute each batch N times, to see what happens when computing is heavy (default:"
              + " ${DEFAULT-VALUE}).")
  private int passes = 1;

  ConsumeCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) throws IOException {
    if (queue < 1 || passes < 1 || workers < 1 || pauseEvery < 0) {
      throw new UsageException(
          "--queue, --passes and --workers: expected 1 or more; --pause-every: 0 or more");
    }
    FlightInfo info = client.info(name);
    boolean sequential = mode == Mode.sequential;
    try (BatchStream rows = new Endpoints(client, info.getEndpoints(), sequential ? 0 : queue)) {
      Consumption consumption =
          new Consumption(console(), rows, passes, sequential ? 1 : workers, client.allocator());
      if (sequential) {
        consumption.sequential(pauseEvery, pause);
      } else {
        consumption.pipeline(queue);
      }
    }
    return 0;
  }
}

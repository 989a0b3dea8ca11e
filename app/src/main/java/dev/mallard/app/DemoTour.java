package dev.mallard.app;

import dev.mallard.cli.io.Console;
import dev.mallard.client.MallardClient;
import dev.mallard.client.ServerAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code mallard demo --once}: the commands that a person would try, one after the other. */
final class DemoTour {
  private static final String QUERY =
      "SELECT category, count(*) AS n, avg(value1) AS mean FROM sales GROUP BY category ORDER BY 1";

  private final Console console;
  private final int port;
  private final Path folder;

  DemoTour(Console console, int port, Path folder) {
    this.console = console;
    this.port = port;
    this.folder = folder;
  }

  /** Returns the first exit code that is not 0, or 0. */
  int run() throws IOException {
    try (MallardClient client = MallardClient.connect(ServerAddress.plain("localhost", port))) {
      DemoData.putAll(client);
    }
    String copy = folder.resolve("large_table_copy.feather").toString();
    for (List<String> command :
        List.of(
            List.of("list"),
            List.of("info", "sales"),
            List.of("query", QUERY),
            List.of("get", "large_table", "-o", copy),
            List.of("put", copy, "copies/large_table.feather"),
            List.of("list", "copies/*"),
            List.of("drop", "copies/large_table.feather"))) {
      int exitCode = show(command);
      if (exitCode != 0) {
        return exitCode;
      }
    }
    console.text().println("All of it worked. 'mallard demo' leaves the server running.");
    return 0;
  }

  private int show(List<String> command) {
    console
        .text()
        .println(
            "$ mallard "
                + command.stream()
                    .map(word -> word.contains(" ") ? '"' + word + '"' : word)
                    .collect(Collectors.joining(" ")));
    String[] arguments =
        Stream.concat(command.stream(), Stream.of("--port", String.valueOf(port)))
            .toArray(String[]::new);
    int exitCode = Main.run(console, arguments);
    console.text().println();
    return exitCode;
  }
}

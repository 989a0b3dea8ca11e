package dev.mallard.app;

import dev.mallard.cli.transfer.Sender;
import dev.mallard.client.MallardClient;
import dev.mallard.client.MallardClient.PutMode;
import dev.mallard.generate.SampleKind;
import dev.mallard.generate.SampleSize;
import dev.mallard.generate.SampleStream;
import dev.mallard.generate.SampleTable;
import java.io.IOException;

/** The datasets of {@code mallard demo}, always the same. */
final class DemoData {
  private DemoData() {}

  /** Uploads all of them. */
  static void putAll(MallardClient client) throws IOException {
    for (SampleTable table : SampleKind.DEMO.tables(SampleSize.DEFAULT, SampleKind.DEFAULT_SEED)) {
      Sender.send(
          client,
          table.name(),
          SampleStream.of(table, client.allocator()),
          PutMode.REPLACE,
          (bytes, rows) -> {});
    }
  }
}

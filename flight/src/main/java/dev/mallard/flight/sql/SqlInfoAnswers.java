package dev.mallard.flight.sql;

import dev.mallard.arrow.BatchStream;
import dev.mallard.query.SqlMetadata;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;

/** Answers what the server and its SQL can do. */
final class SqlInfoAnswers {
  private final Supplier<SqlMetadata> metadata;
  private final ServerFacts facts;
  private final BooleanSupplier begins;
  private final BufferAllocator allocator;

  /**
   * @param begins whether the client that asks begins transactions
   */
  SqlInfoAnswers(
      Supplier<SqlMetadata> metadata,
      ServerFacts facts,
      BooleanSupplier begins,
      BufferAllocator allocator) {
    this.metadata = metadata;
    this.facts = facts;
    this.begins = begins;
    this.allocator = allocator;
  }

  /** Codes that are not known are left out, as the specification wants it. */
  BatchStream infos(FlightSqlCommand.SqlInfo command) {
    SortedMap<Integer, SqlInfoValue> all =
        SqlInfos.of(metadata, facts, begins.getAsBoolean(), command.codes());
    List<Map.Entry<Integer, SqlInfoValue>> wanted =
        all.entrySet().stream()
            .filter(info -> command.codes().isEmpty() || command.codes().contains(info.getKey()))
            .toList();
    SqlInfoRows rows = new SqlInfoRows();
    return new RowStream<>(
        MetadataSchemas.SQL_INFO,
        wanted,
        Math.max(1, wanted.size()),
        (info, root, row) -> rows.write(info.getKey(), info.getValue(), root, row),
        allocator);
  }
}

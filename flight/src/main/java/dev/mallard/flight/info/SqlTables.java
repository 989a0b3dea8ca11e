package dev.mallard.flight.info;

import com.google.protobuf.ByteString;
import dev.mallard.catalog.NamePattern;
import dev.mallard.flight.ticket.DescriptorTarget;
import dev.mallard.flight.ticket.Json;
import dev.mallard.flight.ticket.ReadTicket;
import dev.mallard.query.QueryService;
import dev.mallard.query.SqlMetadata;
import dev.mallard.query.TableInfo;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flight.impl.Flight.FlightInfo;

/**
 * The server's own SQL tables and views, for clients that know paths alone: {@code ["t"]} in the
 * schema main, {@code ["schema","t"]} in another. May block.
 */
final class SqlTables {
  private final QueryService queries;

  SqlTables(QueryService queries) {
    this.queries = queries;
  }

  /**
   * Also those whose names are datasets', which go before them. Of those whose names match, all
   * that a listing tells.
   */
  List<FlightInfo> list(NamePattern pattern) {
    return queries.ownTables().stream()
        .filter(table -> pattern.matches(String.join("/", path(table))))
        .map(SqlTables::listed)
        .toList();
  }

  private static FlightInfo listed(TableInfo table) {
    ReadTicket.OfSql ticket = new ReadTicket.OfSql(selectAll(table), null, null, null, null);
    return ResultInfos.unread(table.columns().get(), DescriptorTarget.path(path(table)))
        .setAppMetadata(details(table))
        .addEndpoint(Endpoints.of(ticket))
        .build();
  }

  /** Says in the plan for a path that it is a table's. */
  FlightInfo detailed(FlightInfo plan, List<String> path) {
    return find(path)
        .map(table -> plan.toBuilder().setAppMetadata(details(table)).build())
        .orElse(plan);
  }

  private static ByteString details(TableInfo table) {
    return ByteString.copyFrom(Json.write(Map.of("kind", table.type().toLowerCase(Locale.ROOT))));
  }

  private static List<String> path(TableInfo table) {
    return table.schema().equals(SqlMetadata.MAIN)
        ? List.of(table.name())
        : List.of(table.schema(), table.name());
  }

  /** The query that reads a table whole. */
  Optional<String> selectAll(List<String> path) {
    return find(path).map(SqlTables::selectAll);
  }

  private Optional<TableInfo> find(List<String> path) {
    String joined = String.join("/", path);
    String wanted = joined.startsWith("/") ? joined.substring(1) : joined;
    return queries.ownTables().stream()
        .filter(table -> String.join("/", path(table)).equals(wanted))
        .findFirst();
  }

  private static String selectAll(TableInfo table) {
    return "SELECT * FROM "
        + quoted(table.catalog())
        + "."
        + quoted(table.schema())
        + "."
        + quoted(table.name());
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}

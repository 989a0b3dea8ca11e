package dev.mallard.flight.info;

import dev.mallard.catalog.CallerCatalog;
import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.DatasetName;
import dev.mallard.catalog.NamePattern;
import dev.mallard.catalog.PinnedDataset;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.BlockingCalls;
import dev.mallard.flight.call.CallCaller;
import dev.mallard.flight.call.CallHeaders;
import dev.mallard.flight.call.CallSession;
import dev.mallard.flight.call.CallTally;
import dev.mallard.flight.sql.MetadataAnswers;
import dev.mallard.flight.ticket.DescriptorTarget;
import dev.mallard.flight.ticket.Utf8;
import dev.mallard.flight.wire.EncapsulatedSchema;
import dev.mallard.query.QueryService;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.apache.arrow.flight.impl.Flight.Criteria;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.FlightInfo;
import org.apache.arrow.flight.impl.Flight.PollInfo;
import org.apache.arrow.flight.impl.Flight.SchemaResult;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * ListFlights, GetFlightInfo, PollFlightInfo and GetSchema. What is asked of a dataset is answered
 * at once, everything else on a thread that may be blocked. Thread-safe.
 */
public final class InfoCalls {
  private final DatasetInfos infos = new DatasetInfos();
  private final Catalog catalog;
  private final SqlTables tables;
  private final Planner planner;
  private final BlockingCalls blocking;

  public InfoCalls(
      Catalog catalog,
      QueryService queries,
      MetadataAnswers metadata,
      CallSession session,
      BlockingCalls blocking) {
    this.catalog = catalog;
    this.tables = new SqlTables(queries);
    this.planner = new Planner(queries, metadata, tables, session);
    this.blocking = blocking;
  }

  public void list(Criteria criteria, ServerCallStreamObserver<FlightInfo> client) {
    String expression = Utf8.decode(criteria.getExpression(), "criteria");
    NamePattern pattern = NamePattern.of(expression);
    CallTally.current().dataset(expression);
    CallerCatalog datasets = datasets();
    blocking.answerAll(
        client,
        cancellation ->
            Stream.concat(
                    datasets.list(pattern).map(infos::listed),
                    tables.list(pattern).stream().filter(table -> !isHidden(table, datasets)))
                .iterator());
  }

  /** As the caller of the call that is being served may see them. */
  private CallerCatalog datasets() {
    return catalog.as(CallCaller.current());
  }

  /** A dataset of a table's name wins: what is listed is what can be had by its name. */
  private static boolean isHidden(FlightInfo table, CallerCatalog datasets) {
    try {
      return datasets.exists(DatasetName.parse(table.getFlightDescriptor().getPathList()));
    } catch (MallardException e) {
      return false; // No dataset can be called so.
    }
  }

  public void info(FlightDescriptor descriptor, ServerCallStreamObserver<FlightInfo> client) {
    DescriptorTarget target = DescriptorTarget.decode(descriptor);
    int endpoints = CallHeaders.current().endpoints();
    Optional<DatasetName> dataset = dataset(target);
    if (dataset.isPresent()) {
      plan(
          dataset.get(),
          client,
          (pinned, until) -> DatasetInfos.planned(pinned, until, descriptor, endpoints));
      return;
    }
    blocking.answer(
        client, cancellation -> planner.info(target, descriptor, endpoints, cancellation));
  }

  public void poll(FlightDescriptor descriptor, ServerCallStreamObserver<PollInfo> client) {
    DescriptorTarget target = DescriptorTarget.decode(descriptor);
    int endpoints = CallHeaders.current().endpoints();
    Optional<DatasetName> dataset = dataset(target);
    if (dataset.isPresent()) {
      plan(
          dataset.get(),
          client,
          (pinned, until) ->
              Planner.done(DatasetInfos.planned(pinned, until, descriptor, endpoints)));
      return;
    }
    blocking.answer(
        client, cancellation -> planner.poll(target, descriptor, endpoints, cancellation));
  }

  /** At once, unless the dataset is to be read for its size first. */
  private <R> void plan(
      DatasetName dataset,
      ServerCallStreamObserver<R> client,
      BiFunction<PinnedDataset, Instant, R> answer) {
    CallerCatalog datasets = datasets();
    try (PinnedDataset pinned = datasets.pin(dataset)) {
      if (pinned.dataset().arrowBytes() >= 0) {
        client.onNext(answer.apply(pinned, datasets.lease(pinned)));
        client.onCompleted();
        return;
      }
    }
    blocking.answer(
        client,
        cancellation -> {
          try (PinnedDataset pinned = datasets.pin(dataset)) {
            return answer.apply(pinned, datasets.lease(pinned));
          }
        });
  }

  public void schema(FlightDescriptor descriptor, ServerCallStreamObserver<SchemaResult> client) {
    DescriptorTarget target = DescriptorTarget.decode(descriptor);
    Optional<DatasetName> dataset = dataset(target);
    if (dataset.isPresent()) {
      try (PinnedDataset pinned = datasets().pin(dataset.get())) {
        client.onNext(result(pinned.dataset().schema()));
      }
      client.onCompleted();
      return;
    }
    blocking.answer(client, cancellation -> result(planner.schema(target, cancellation)));
  }

  private static SchemaResult result(Schema schema) {
    return SchemaResult.newBuilder().setSchema(EncapsulatedSchema.of(schema)).build();
  }

  /** Empty if it is something of SQL. */
  private Optional<DatasetName> dataset(DescriptorTarget target) {
    if (!(target instanceof DescriptorTarget.Path path)) {
      return Optional.empty();
    }
    DatasetName name = DatasetName.parse(path.segments());
    CallTally.current().dataset(name.toString());
    return Optional.of(name).filter(datasets()::exists);
  }
}

package dev.mallard.engine;

import dev.mallard.arrow.BatchStream;
import dev.mallard.engine.link.Ask;
import dev.mallard.engine.link.Handlers;
import dev.mallard.engine.link.Received;
import dev.mallard.engine.link.Told;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDataset;
import dev.mallard.query.SqlDatasets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what a process of the engine asks about datasets. Thread-safe. */
final class DatasetService {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetService.class);

  private final SqlDatasets datasets;
  private final HeldThings held;

  /** What ends the waiting of this thread. */
  private final ThreadLocal<Cancellation> waits = new ThreadLocal<>();

  private final Handlers<Ask, Told> handlers = new Handlers<>(Ask.class);

  DatasetService(SqlDatasets datasets, HeldThings held) {
    this.datasets = datasets;
    this.held = held;
    handlers
        .on(Ask.Versions.class, (ask, with) -> versions(datasets.versions()))
        .on(Ask.Names.class, (ask, with) -> new Told.Names(List.copyOf(datasets.names())))
        .on(Ask.VersionsOf.class, (ask, with) -> versions(datasets.versions(ask.names())))
        .on(Ask.Find.class, (ask, with) -> find(ask))
        .on(Ask.OpenDataset.class, (ask, with) -> open(ask))
        .on(Ask.IsReady.class, (ask, with) -> readiness(dataset(ask.hold())))
        .on(Ask.MakeReady.class, (ask, with) -> makeReady(ask))
        .on(Ask.IsIntact.class, (ask, with) -> new Told.Yes(dataset(ask.hold()).isIntact()))
        .on(Ask.Read.class, (ask, with) -> read(ask))
        .on(
            Ask.Release.class,
            (ask, with) -> {
              held.release(ask.hold());
              return new Told.Nothing();
            })
        .on(Ask.Claim.class, (ask, with) -> new Told.Held(held.hold(datasets.claim(ask.name()))))
        .complete();
  }

  /**
   * @param cancellation ends what takes long
   */
  Told answer(Received asked, Cancellation cancellation) {
    waits.set(cancellation);
    try {
      return handlers.handle(asked);
    } catch (MallardException e) {
      return new Told.Refused(e.code(), String.valueOf(e.getMessage()));
    } catch (Exception e) {
      LOG.error("the engine asked for something that failed", e);
      return new Told.Refused(ErrorCode.INTERNAL, "SQL: a dataset could not be had");
    } finally {
      waits.remove();
    }
  }

  private SqlDataset dataset(long hold) {
    return held.get(hold, SqlDataset.class);
  }

  private static Told versions(Map<DatasetTable, String> versions) {
    return new Told.Versions(
        versions.entrySet().stream()
            .map(each -> new Told.Versioned(each.getKey(), each.getValue()))
            .toList());
  }

  private static Told readiness(SqlDataset dataset) {
    boolean ready = dataset.isReady();
    return new Told.Readiness(ready, ready ? dataset.blank() : Map.of());
  }

  private Told makeReady(Ask.MakeReady ask) {
    Cancellation cancellation = waits.get();
    SqlDataset dataset = dataset(ask.hold());
    dataset.makeReady(cancellation == null ? new Cancellation() : cancellation);
    return readiness(dataset);
  }

  private Told find(Ask.Find ask) {
    List<Told.Match> matches = new ArrayList<>();
    datasets.find(ask.names()).forEach((asked, found) -> matches.add(new Told.Match(asked, found)));
    return new Told.Found(matches);
  }

  private Told open(Ask.OpenDataset ask) {
    try (Closer onFailure = new Closer()) {
      SqlDataset dataset = onFailure.add(datasets.open(ask.name()));
      Schema partitions = new Schema(dataset.partitionColumns());
      List<String> files = dataset.files().stream().map(Path::toString).toList();
      Schema schema = dataset.schema();
      Map<Integer, String> missing = dataset.missing();
      onFailure.release();
      return new Told.Opened(
          held.hold(dataset),
          dataset.name(),
          dataset.version(),
          schema,
          files,
          partitions,
          missing,
          dataset.form());
    }
  }

  private Told read(Ask.Read ask) {
    Optional<BatchStream> stream = dataset(ask.hold()).read();
    return stream.isPresent() ? new Told.Held(held.hold(stream.get())) : new Told.Nothing();
  }
}

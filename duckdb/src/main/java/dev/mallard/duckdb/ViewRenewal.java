package dev.mallard.duckdb;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDatasets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings views to the datasets' current versions. Thread-safe; nobody waits for it but its callers.
 */
final class ViewRenewal {
  private static final Logger LOG = LoggerFactory.getLogger(ViewRenewal.class);
  private static final int MOST_ATTEMPTS = 100;
  private static final long LOOK_MILLIS = 50;

  /** What is the matter with a file does not change before the file does. */
  private static final Set<ErrorCode> LASTING =
      Set.of(ErrorCode.DATA_LOSS, ErrorCode.UNIMPLEMENTED, ErrorCode.INVALID_ARGUMENT);

  private final SqlDatasets datasets;
  private final ViewRegistry registry;
  private final ViewChanges changes;

  /** One at a time opens all datasets that there are; the next has little left to do. */
  private final ReentrantLock listing = new ReentrantLock();

  /** What listings need not try again, by folded name. Written under the lock. */
  private final Map<DatasetTable, Failure> unusable = new ConcurrentHashMap<>();

  ViewRenewal(SqlDatasets datasets, ViewRegistry registry, ViewChanges changes) {
    this.datasets = datasets;
    this.registry = registry;
    this.changes = changes;
  }

  /**
   * A dataset that cannot have a view.
   *
   * @param version when it could not
   */
  record Failure(DatasetTable name, String version, MallardException problem) {
    /** With a stack trace of its own. */
    MallardException answer() {
      return new MallardException(problem.code(), String.valueOf(problem.getMessage()), problem);
    }
  }

  /**
   * Makes, replaces and drops views until all of these are of the current versions at one moment.
   *
   * @param wanted datasets by the names of their views
   * @param failures those that can have none, by folded name; added to
   * @return the versions at that moment of those that have one, by folded name
   */
  Map<DatasetTable, String> makeCurrent(
      Map<DatasetTable, DatasetTable> wanted,
      Map<DatasetTable, Failure> failures,
      Cancellation cancellation)
      throws SQLException {
    if (wanted.isEmpty()) {
      return Map.of();
    }
    int clean = 0;
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Map<DatasetTable, String> versions = datasets.versions(Set.copyOf(wanted.values()));
      List<DatasetTable> stale = new ArrayList<>();
      wanted.forEach(
          (name, dataset) -> {
            if (!isCurrent(name, Optional.ofNullable(versions.get(dataset)), failures)) {
              stale.add(name);
            }
          });
      clean = stale.isEmpty() ? clean + 1 : 0;
      // One is looked at after the other: two looks at the same are a moment between them.
      if (clean == 2 || (clean == 1 && wanted.size() == 1)) {
        return there(wanted, versions, failures);
      }
      for (DatasetTable name : stale) {
        DatasetTable dataset = wanted.getOrDefault(name, name);
        renew(name, dataset, Optional.ofNullable(versions.get(dataset)), failures);
      }
      cancellation.check();
    }
    throw DatasetViews.tooFast();
  }

  private static Map<DatasetTable, String> there(
      Map<DatasetTable, DatasetTable> wanted,
      Map<DatasetTable, String> versions,
      Map<DatasetTable, Failure> failures) {
    Map<DatasetTable, String> there = new HashMap<>();
    wanted.forEach(
        (name, dataset) -> {
          String version = versions.get(dataset);
          if (version != null && !failures.containsKey(name.folded())) {
            there.put(name.folded(), version);
          }
        });
    return there;
  }

  /** Whether there is a view of this name over that version, or can be none. */
  private boolean isCurrent(
      DatasetTable name, Optional<String> version, Map<DatasetTable, Failure> failures) {
    Optional<View> view = registry.find(name);
    if (view.isPresent()) {
      return version.equals(Optional.of(view.get().dataset().version()));
    }
    Failure failure = failures.get(name.folded());
    return failure == null ? version.isEmpty() : version.equals(Optional.of(failure.version()));
  }

  /** Better no view than one of what is not there any more. */
  private void renew(
      DatasetTable name,
      DatasetTable dataset,
      Optional<String> version,
      Map<DatasetTable, Failure> failures)
      throws SQLException {
    failures.remove(name.folded());
    if (version.isEmpty()) {
      changes.drop(name);
      return;
    }
    try {
      changes.put(View.of(name, datasets.open(dataset)));
    } catch (MallardException e) {
      LOG.debug("dataset '{}' cannot be used in SQL", dataset.dataset(), e);
      failures.put(name.folded(), new Failure(name, version.get(), e));
      changes.drop(name);
    }
  }

  /** Makes views of all datasets under their own names, and drops all others. */
  void refresh(Cancellation cancellation) throws SQLException {
    acquire(cancellation);
    try {
      forgetPassing();
      apply(difference(datasets.versions()), cancellation);
    } finally {
      listing.unlock();
    }
  }

  /**
   * As {@link #refresh}, until all are of the current versions at one moment.
   *
   * @return the registry's generation at that moment
   */
  long refreshExactly(Cancellation cancellation) throws SQLException {
    acquire(cancellation);
    try {
      forgetPassing();
      long before = -1;
      for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        long generation = registry.generation();
        Difference difference = difference(datasets.versions());
        if (difference.isEmpty() && generation == before) {
          return generation;
        }
        before = difference.isEmpty() ? generation : -1;
        apply(difference, cancellation);
      }
    } finally {
      listing.unlock();
    }
    throw DatasetViews.tooFast();
  }

  /** What has failed for a reason that may be gone is tried once in each listing. */
  private void forgetPassing() {
    unusable.values().removeIf(failure -> !LASTING.contains(failure.problem().code()));
  }

  private void acquire(Cancellation cancellation) {
    try {
      while (!listing.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        cancellation.check();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MallardException(ErrorCode.CANCELLED, "the statement was cancelled", e);
    }
  }

  /**
   * What there is to do until views and datasets are the same.
   *
   * @param renewed with their versions
   */
  private record Difference(Map<DatasetTable, String> renewed, List<DatasetTable> dropped) {
    boolean isEmpty() {
      return renewed.isEmpty() && dropped.isEmpty();
    }
  }

  private Difference difference(Map<DatasetTable, String> versions) {
    Map<DatasetTable, View> others = new HashMap<>();
    registry.all().forEach(view -> others.put(view.name().folded(), view));
    Set<DatasetTable> seen = new HashSet<>();
    Map<DatasetTable, String> renewed = new LinkedHashMap<>();
    versions.forEach(
        (name, version) -> {
          View view = others.remove(name.folded());
          boolean isKnown =
              view == null
                  ? isUnusable(name, version)
                  : view.name().equals(name) && view.dataset().version().equals(version);
          // Of two that SQL cannot tell from each other the first is there.
          if (seen.add(name.folded()) && !isKnown) {
            renewed.put(name, version);
          }
        });
    unusable.keySet().retainAll(seen);
    return new Difference(renewed, others.values().stream().map(View::name).toList());
  }

  private boolean isUnusable(DatasetTable name, String version) {
    Failure failure = unusable.get(name.folded());
    return failure != null && failure.version().equals(version) && failure.name().equals(name);
  }

  private void apply(Difference difference, Cancellation cancellation) throws SQLException {
    List<View> opened = new ArrayList<>();
    try {
      for (Map.Entry<DatasetTable, String> entry : difference.renewed().entrySet()) {
        cancellation.check();
        try {
          opened.add(View.of(entry.getKey(), datasets.open(entry.getKey())));
        } catch (MallardException e) {
          failed(entry.getKey(), entry.getValue(), e);
        }
      }
    } catch (RuntimeException e) {
      opened.forEach(view -> view.dataset().close());
      throw e;
    }
    Map<DatasetTable, String> versions = difference.renewed();
    changes.putAll(
        opened,
        (view, problem) -> failed(view.name(), versions.getOrDefault(view.name(), ""), problem));
    for (DatasetTable name : difference.dropped()) {
      changes.drop(name);
    }
  }

  private void failed(DatasetTable name, String version, MallardException problem) {
    LOG.debug("dataset '{}' cannot be used in SQL", name.dataset(), problem);
    unusable.put(name.folded(), new Failure(name, version, problem));
    try {
      changes.drop(name);
    } catch (SQLException e) {
      LOG.warn("the view of a dataset that cannot be read any more stays", e);
    }
  }
}

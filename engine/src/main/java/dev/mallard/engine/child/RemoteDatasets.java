package dev.mallard.engine.child;

import dev.mallard.engine.link.Ask;
import dev.mallard.engine.link.Told;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.NameClaims;
import dev.mallard.query.SqlDataset;
import dev.mallard.query.SqlDatasets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** The server's datasets: every question goes to it. */
final class RemoteDatasets implements SqlDatasets {
  private final Path folder;
  private final Asking asking;

  RemoteDatasets(Path folder, Asking asking) {
    this.folder = folder;
    this.asking = asking;
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public Map<DatasetTable, String> versions() {
    return versions(new Ask.Versions());
  }

  @Override
  public Set<DatasetTable> names() {
    return new LinkedHashSet<>(asking.ask(new Ask.Names(), Told.Names.class).names());
  }

  @Override
  public Map<DatasetTable, String> versions(Collection<DatasetTable> names) {
    return names.isEmpty() ? Map.of() : versions(new Ask.VersionsOf(List.copyOf(names)));
  }

  private Map<DatasetTable, String> versions(Ask ask) {
    Map<DatasetTable, String> versions = new LinkedHashMap<>();
    asking
        .ask(ask, Told.Versions.class)
        .versions()
        .forEach(each -> versions.put(each.name(), each.version()));
    return versions;
  }

  @Override
  public Map<DatasetTable, DatasetTable> find(Collection<DatasetTable> names) {
    Map<DatasetTable, DatasetTable> found = new LinkedHashMap<>();
    if (!names.isEmpty()) {
      asking
          .ask(new Ask.Find(List.copyOf(names)), Told.Found.class)
          .matches()
          .forEach(match -> found.put(match.asked(), match.found()));
    }
    return found;
  }

  @Override
  public SqlDataset open(DatasetTable name) {
    return new RemoteDataset(asking.ask(new Ask.OpenDataset(name), Told.Opened.class), asking);
  }

  @Override
  public NameClaims.Claim claim(DatasetTable name) {
    long claim = asking.ask(new Ask.Claim(name), Told.Held.class).hold();
    AtomicBoolean closed = new AtomicBoolean();
    return () -> {
      if (closed.compareAndSet(false, true)) {
        asking.ask(new Ask.Release(claim), Told.Nothing.class);
      }
    };
  }

  /** The server lists them itself. */
  @Override
  public List<Listed> list() {
    return List.of();
  }
}

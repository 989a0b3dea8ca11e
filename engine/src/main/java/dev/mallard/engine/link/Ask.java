package dev.mallard.engine.link;

import dev.mallard.query.DatasetTable;
import java.util.List;

/**
 * What the engine wants to know of the datasets, while the server waits for an answer on the same
 * line, or on a line that is for nothing else. Each is answered once, by {@link Told}.
 */
public sealed interface Ask extends Said {
  record Versions() implements Ask {}

  record Names() implements Ask {}

  record VersionsOf(List<DatasetTable> names) implements Ask {}

  record Find(List<DatasetTable> names) implements Ask {}

  record OpenDataset(DatasetTable name) implements Ask {}

  record IsReady(long hold) implements Ask {}

  /** Takes as long as it takes, or until what the server waits for is interrupted. */
  record MakeReady(long hold) implements Ask {}

  record IsIntact(long hold) implements Ask {}

  record Read(long hold) implements Ask {}

  /** Lets go of a dataset, a claim or a stream. */
  record Release(long hold) implements Ask {}

  record Claim(DatasetTable name) implements Ask {}
}

package dev.mallard.engine.link;

import dev.mallard.error.ErrorCode;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDataset;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;

/** What the server says to an {@link Ask}. */
public sealed interface Told extends Said {
  record Nothing() implements Told {}

  record Refused(ErrorCode code, String message) implements Told {}

  record Yes(boolean yes) implements Told {}

  /** A name and what belongs to it. */
  record Versioned(DatasetTable name, String version) {}

  record Versions(List<Versioned> versions) implements Told {}

  record Names(List<DatasetTable> names) implements Told {}

  /** A name as it was asked for, and as it is. */
  record Match(DatasetTable asked, DatasetTable found) {}

  record Found(List<Match> matches) implements Told {}

  /**
   * @param hold to be released
   * @param partitionColumns as a schema of them alone
   */
  record Opened(
      long hold,
      DatasetTable name,
      String version,
      Schema schema,
      List<String> files,
      Schema partitionColumns,
      Map<Integer, String> missing,
      SqlDataset.Form form)
      implements Told {}

  /**
   * @param blank the columns without values, by index; empty while it is not ready
   */
  record Readiness(boolean ready, Map<Integer, String> blank) implements Told {}

  /** Something that is to be released. */
  record Held(long hold) implements Told {}
}

package dev.mallard.store.derived;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What stands under a name that was made for an engine.
 *
 * @param form what keeps the form that it is, or the file without rows; empty if it is the
 *     dataset's own file
 * @param pending makes the rows; empty if they are there
 * @param missing the columns that the file does not have, and why, by index in the dataset
 * @param blank the columns that the file has without their values, likewise
 */
public record QueryableFile(
    Optional<ParquetForms.Link> form,
    Optional<PendingForm> pending,
    Map<Integer, String> missing,
    Map<Integer, String> blank) {

  /** The dataset's own file. */
  public static final QueryableFile OWN =
      new QueryableFile(Optional.empty(), Optional.empty(), Map.of(), Map.of());

  static QueryableFile of(
      ParquetForms.@Nullable Link form, @Nullable PendingForm pending, FormColumns columns) {
    return new QueryableFile(
        Optional.ofNullable(form),
        Optional.ofNullable(pending),
        columns.missing(),
        columns.blank());
  }
}

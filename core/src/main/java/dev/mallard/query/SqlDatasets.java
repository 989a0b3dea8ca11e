package dev.mallard.query;

import dev.mallard.error.MallardException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What an engine learns of the datasets: the port through which it reads what it does not own. The
 * server's side of it gives an engine names, versions and files that it may open, and nothing else.
 * Answers are of the moment. Thread-safe.
 */
public interface SqlDatasets {
  /** The version of what is there and cannot be opened; no version is so called. */
  String UNREADABLE = "";

  /** The folder below which all files are that {@link #open} gives: the only one to be read. */
  Path folder();

  /**
   * The versions of all datasets by name. Looks into no file, so one that cannot be read is there,
   * too.
   */
  Map<DatasetTable, String> versions();

  /** The names of all datasets; cheaper than their versions. */
  Set<DatasetTable> names();

  /**
   * Those among these names that are datasets', exactly, with their current versions; {@link
   * #UNREADABLE} if there is one that {@link #open} would fail for, or if the name stands for
   * several. One question for all names of a statement.
   */
  Map<DatasetTable, String> versions(Collection<DatasetTable> names);

  /** As {@link #versions(Collection)}, of one name. */
  default Optional<String> version(DatasetTable name) {
    return Optional.ofNullable(versions(List.of(name)).get(name));
  }

  /** Whether there is a dataset of exactly this name, in whatever state: {@link #open} may fail. */
  default boolean exists(DatasetTable name) {
    return version(name).isPresent();
  }

  /**
   * The names among these that datasets have, exactly or but for upper and lower case.
   *
   * @return what to open, by the names as they were asked for
   */
  Map<DatasetTable, DatasetTable> find(Collection<DatasetTable> names);

  /**
   * The current version of a dataset, which stays as it is from now on. Quick: what takes long is
   * {@link SqlDataset#makeReady}.
   *
   * @param name exactly
   * @throws MallardException NOT_FOUND if there is none; INVALID_ARGUMENT if the name stands for
   *     several; DATA_LOSS if it is damaged
   */
  SqlDataset open(DatasetTable name);

  /**
   * Claims a name for a table, so that no dataset can take it: to be closed when the table can be
   * seen, or was given up.
   *
   * @throws MallardException ALREADY_EXISTS if a dataset has it, in whatever case of its letters,
   *     or is about to
   */
  NameClaims.Claim claim(DatasetTable name);

  /** All datasets that can be read, for listings. */
  List<Listed> list();

  /**
   * A dataset in a listing.
   *
   * @param schema as it was put
   */
  record Listed(DatasetTable name, Schema schema) {}
}

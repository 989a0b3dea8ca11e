package dev.mallard.parquet;

import dev.mallard.arrow.file.RowRange;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * What of a Parquet file is read, and how. Without anything said: all columns and rows, in batches
 * of about 1 MiB (3 MiB if there are very many columns), decoded with the help of the common pool.
 * Immutable.
 */
public final class ReadOptions {
  private static final ReadOptions ALL =
      new ReadOptions(null, new Rows.Range(RowRange.ALL), 0, ForkJoinPool.commonPool());

  /** Which rows, said in one of two ways. */
  sealed interface Rows {
    record Range(RowRange range) implements Rows {}

    record Groups(List<Integer> indices) implements Rows {}
  }

  private final @Nullable List<String> columns;
  private final Rows rows;
  private final int batchRows;
  private final Executor executor;

  private ReadOptions(@Nullable List<String> columns, Rows rows, int batchRows, Executor executor) {
    this.columns = columns;
    this.rows = rows;
    this.batchRows = batchRows;
    this.executor = executor;
  }

  public static ReadOptions all() {
    return ALL;
  }

  /**
   * Only these columns, in this order; none at all gives batches that have but a number of rows.
   *
   * @param paths dotted, as the Arrow schema names the fields: {@code "person.address.city"}, or
   *     {@code "tags.element.name"} in a list of structs. A struct or list stands for everything
   *     under it; several parts of one struct come back as one struct. A map is read as a whole
   */
  public ReadOptions columns(String... paths) {
    return columns(List.of(paths));
  }

  /** As {@link #columns(String...)}. */
  public ReadOptions columns(List<String> paths) {
    return new ReadOptions(List.copyOf(paths), rows, batchRows, executor);
  }

  /** Only these row groups, in this order, counted from 0. Takes the place of {@link #rows}. */
  public ReadOptions rowGroups(int... indices) {
    List<Integer> groups = java.util.Arrays.stream(indices).boxed().toList();
    return new ReadOptions(columns, new Rows.Groups(groups), batchRows, executor);
  }

  /**
   * Only these rows, counted from 0, up to the file's last. Row groups that have none of them are
   * not touched; one that has is decoded from its start. Takes the place of {@link #rowGroups}.
   */
  public ReadOptions rows(long from, long to) {
    return new ReadOptions(columns, new Rows.Range(new RowRange(from, to)), batchRows, executor);
  }

  /** Rows of every batch but the last of a row group; a batch never crosses row groups. */
  public ReadOptions batchRows(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("batchRows: " + count + " (expected: >= 1)");
    }
    return new ReadOptions(columns, rows, count, executor);
  }

  /**
   * @param helper decodes columns beside the thread that reads; may be bounded, busy or refuse
   */
  public ReadOptions executor(Executor helper) {
    return new ReadOptions(columns, rows, batchRows, helper);
  }

  /** Null for all. */
  @Nullable List<String> wantedColumns() {
    return columns;
  }

  Rows wantedRows() {
    return rows;
  }

  /** 0 for what suits the file. */
  int batchRows() {
    return batchRows;
  }

  Executor executor() {
    return executor;
  }
}

package dev.mallard.duckdb.fence;

import dev.mallard.query.DatasetTable;
import java.util.List;
import java.util.Set;

/**
 * A text that users may send.
 *
 * @param sql its one statement, as DuckDB is to be given it
 * @param mustExist names in it that DuckDB might take for files or settings if there were no such
 *     dataset or table
 * @param called the functions that it may call, in lower case
 */
public record JudgedText(
    String sql,
    List<Token> tokens,
    StatementKind kind,
    Set<DatasetTable> mustExist,
    Set<String> called) {}

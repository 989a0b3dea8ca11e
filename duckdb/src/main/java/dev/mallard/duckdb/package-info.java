/**
 * SQL by DuckDB, embedded: the one place that sees {@code org.duckdb} and {@code java.sql}.
 *
 * <pre>
 * SQL text ─► Fence (may it be said?) ─► StatementRules (by whom?) ─► DatasetViews (names ► version files)
 *          ─► DuckStatement ─► DuckStream (Arrow by the C data interface) ─► IpcMessage
 * </pre>
 */
@NullMarked
package dev.mallard.duckdb;

import org.jspecify.annotations.NullMarked;

/**
 * What may be said: the fence before DuckDB. What a text is, is what DuckDB's own tokenizer and
 * parser make of it; what they cannot be asked about is refused.
 *
 * <pre>
 * SQL text ─► DuckParser (tokens, statements, tree: DuckDB's own) ─► Fence (limits, kinds, functions,
 *             tables: allow-lists) ─► JudgedText
 * </pre>
 */
@NullMarked
package dev.mallard.duckdb.fence;

import org.jspecify.annotations.NullMarked;

/** Parquet files to and from Arrow, column by column. */
@org.jspecify.annotations.NullMarked
package dev.mallard.store.parquet;

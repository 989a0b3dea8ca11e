/**
 * Parquet files, read into and written from Arrow memory column by column: {@link
 * dev.mallard.parquet.ParquetFile} opens one, {@link dev.mallard.parquet.ParquetWriter} makes one,
 * {@link dev.mallard.parquet.ParquetFormat} is both for a store of files of several formats. What
 * is in {@code internal} may change at any time.
 */
@org.jspecify.annotations.NullMarked
package dev.mallard.parquet;

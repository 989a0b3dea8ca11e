/** Parquet files, read into and written from Arrow memory column by column. */
@org.jspecify.annotations.NullMarked
package dev.mallard.parquet;

/** Decodes Parquet files into Arrow buffers. */
@org.jspecify.annotations.NullMarked
package dev.mallard.parquet.internal.read;

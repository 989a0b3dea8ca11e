/** Encodes Arrow vectors as Parquet files. */
@org.jspecify.annotations.NullMarked
package dev.mallard.parquet.internal.write;

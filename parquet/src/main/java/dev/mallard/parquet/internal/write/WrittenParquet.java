package dev.mallard.parquet.internal.write;

/** What a finished Parquet file holds. */
public record WrittenParquet(long rows, int rowGroups) {}

package dev.mallard.parquet.write;

/** What a finished Parquet file holds. */
public record WrittenParquet(long rows, int rowGroups) {}

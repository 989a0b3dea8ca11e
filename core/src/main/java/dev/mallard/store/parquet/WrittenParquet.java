package dev.mallard.store.parquet;

/** What a finished Parquet file holds. */
public record WrittenParquet(long rows, int rowGroups) {}

package dev.mallard.parquet;

/**
 * A row group as the footer describes it.
 *
 * @param firstRow its first row, counted in the whole file
 * @param compressedBytes what its columns take in the file
 * @param uncompressedBytes what they take as Parquet pages without compression
 */
public record RowGroupInfo(
    long firstRow, long rows, long compressedBytes, long uncompressedBytes) {}

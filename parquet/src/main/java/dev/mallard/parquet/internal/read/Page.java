package dev.mallard.parquet.internal.read;

import org.apache.parquet.format.Encoding;

/**
 * One data page, unpacked. Levels and values may lie in different arrays; both are valid until the
 * next page is asked for and have {@link Bytes#SLACK} readable bytes behind them.
 *
 * @param values how many, nulls included
 * @param levelFrom where the repetition levels (then the definition levels) begin
 * @param repetitionLength length of the repetition levels' runs, or −1 if it stands before them
 * @param definitionLength likewise
 */
record Page(
    int values,
    Encoding encoding,
    byte[] levelBytes,
    int levelFrom,
    int levelTo,
    int repetitionLength,
    int definitionLength,
    byte[] valueBytes,
    int valueFrom,
    int valueTo) {}

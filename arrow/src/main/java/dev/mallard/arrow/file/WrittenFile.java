package dev.mallard.arrow.file;

/**
 * What a writer wrote.
 *
 * @param rows rows of the whole file
 * @param arrowBytes as {@link FileFooter#arrowBytes()} will answer, or −1 if unknown
 */
public record WrittenFile(long rows, long arrowBytes) {}

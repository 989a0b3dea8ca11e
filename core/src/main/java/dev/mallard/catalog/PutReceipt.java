package dev.mallard.catalog;

/**
 * What a committed upload made.
 *
 * @param name the dataset's name
 * @param version the new version's id
 * @param rows of the whole new version
 * @param bytes of its Arrow messages, or −1 if unknown
 */
public record PutReceipt(String name, String version, long rows, long bytes) {}

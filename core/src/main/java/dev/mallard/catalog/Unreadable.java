package dev.mallard.catalog;

/**
 * Something in the folder that has a dataset's name but cannot be read.
 *
 * @param name of its file or folder, extension included
 * @param reason what is wrong and what to do, as asking for it by name answers
 */
public record Unreadable(String name, String reason) {}

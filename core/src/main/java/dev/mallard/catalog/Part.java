package dev.mallard.catalog;

import dev.mallard.arrow.file.FileFooter;
import java.util.Map;

/**
 * A file as part of a dataset.
 *
 * @param file the file
 * @param footer what it says about itself
 * @param partition the values that its folders' names give its rows ({@code year=2026}), in order;
 *     usually none
 */
record Part(DataFile file, FileFooter footer, Map<String, String> partition) {}

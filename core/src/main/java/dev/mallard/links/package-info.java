/**
 * Datasets as an engine sees them: names in SQL, and links to the files of exactly one version,
 * which stay for as long as a statement reads them.
 */
@NullMarked
package dev.mallard.links;

import org.jspecify.annotations.NullMarked;

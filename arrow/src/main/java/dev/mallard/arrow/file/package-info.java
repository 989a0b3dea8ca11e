/**
 * Files of record batches, whatever their format: what a format can do, what a file says about
 * itself, what is read from and written to it.
 */
@org.jspecify.annotations.NullMarked
package dev.mallard.arrow.file;

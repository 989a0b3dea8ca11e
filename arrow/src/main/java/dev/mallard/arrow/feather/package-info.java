/**
 * Feather v2 files, which are Arrow IPC files: read and written as encoded messages, never as
 * vectors.
 */
@org.jspecify.annotations.NullMarked
package dev.mallard.arrow.feather;

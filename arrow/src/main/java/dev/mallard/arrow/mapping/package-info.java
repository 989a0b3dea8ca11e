/**
 * Files in memory for those who only pass their bytes on: mapped as long as a lease of the file
 * says that nobody changes it.
 */
@org.jspecify.annotations.NullMarked
package dev.mallard.arrow.mapping;

/**
 * The one exception with a code, and giving back what was acquired when something ends or fails.
 */
@org.jspecify.annotations.NullMarked
package dev.mallard.error;

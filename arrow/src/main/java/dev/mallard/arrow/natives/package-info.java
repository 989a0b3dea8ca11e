/** Where native libraries are loaded from. */
@org.jspecify.annotations.NullMarked
package dev.mallard.arrow.natives;

@org.jspecify.annotations.NullMarked
package dev.mallard.arrow;

@org.jspecify.annotations.NullUnmarked
package dev.mallard.testing;

@org.jspecify.annotations.NullMarked
package dev.mallard.cli.describe;

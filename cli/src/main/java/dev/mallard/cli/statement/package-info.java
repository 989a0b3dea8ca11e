@org.jspecify.annotations.NullMarked
package dev.mallard.cli.statement;

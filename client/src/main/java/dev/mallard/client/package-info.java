@org.jspecify.annotations.NullMarked
package dev.mallard.client;

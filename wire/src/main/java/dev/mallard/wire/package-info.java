/** What server and client have in common on the network. */
@org.jspecify.annotations.NullMarked
package dev.mallard.wire;

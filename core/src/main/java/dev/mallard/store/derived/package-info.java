/**
 * The cache of derived forms: uncompressed Arrow files made of datasets that are costly to decode.
 */
@org.jspecify.annotations.NullMarked
package dev.mallard.store.derived;

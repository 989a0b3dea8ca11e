/**
 * Encrypted connections: certificates and keys from files that are read again when they change, one
 * that the server makes for itself, and when it may do without.
 */
@NullMarked
package dev.mallard.server.tls;

import org.jspecify.annotations.NullMarked;

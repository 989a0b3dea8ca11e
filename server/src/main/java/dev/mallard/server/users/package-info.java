/**
 * {@code mallard user} and {@code mallard token}: who may come in, in the access folder's files.
 */
@org.jspecify.annotations.NullMarked
package dev.mallard.server.users;

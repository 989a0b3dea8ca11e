/**
 * Who calls, and what that name may do. {@link dev.mallard.access.SignIn} makes a {@link
 * dev.mallard.access.Caller} of what a client shows, once for each call; the caller goes down with
 * the call, and whoever does something for it asks {@link dev.mallard.access.Caller#require}. Knows
 * no gRPC, no files, no cryptography.
 */
@org.jspecify.annotations.NullMarked
package dev.mallard.access;

/**
 * Who calls. {@link dev.mallard.flight.auth.Door} stands before every call: what the client shows
 * becomes {@link dev.mallard.access.Credentials}, {@link dev.mallard.access.SignIn} makes a {@link
 * dev.mallard.access.Caller} of them, and nothing behind the door asks again.
 */
@org.jspecify.annotations.NullMarked
package dev.mallard.flight.auth;

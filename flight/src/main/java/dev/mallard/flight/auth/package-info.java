/**
 * Who calls. {@link dev.mallard.flight.auth.Door} stands before every call: what the client shows
 * becomes {@link dev.mallard.flight.auth.Credentials}, {@link dev.mallard.flight.auth.SignIn} makes
 * a {@link dev.mallard.flight.auth.Caller} of them, and nothing behind the door asks again.
 */
@org.jspecify.annotations.NullMarked
package dev.mallard.flight.auth;

/** Clients' certificates as sign-in. */
@org.jspecify.annotations.NullMarked
package dev.mallard.signin.certificate;

/** Sign-in by what this server itself gives out: passwords, session tokens and API tokens. */
@org.jspecify.annotations.NullMarked
package dev.mallard.signin.own;

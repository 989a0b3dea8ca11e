/** Who a client is: users and their passwords, tokens, roles, from files that are read again. */
@org.jspecify.annotations.NullMarked
package dev.mallard.signin;

/** What of the server is about security: its options, and how they are put into effect. */
@NullMarked
package dev.mallard.server.security;

import org.jspecify.annotations.NullMarked;

/** The SQL engine in a process of its own: what the server holds of it. */
@NullMarked
package dev.mallard.engine;

import org.jspecify.annotations.NullMarked;

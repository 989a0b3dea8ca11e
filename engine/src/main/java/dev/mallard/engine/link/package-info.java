/** What server and engine say to each other: messages over Unix sockets. */
@NullMarked
package dev.mallard.engine.link;

import org.jspecify.annotations.NullMarked;

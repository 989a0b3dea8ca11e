/** What happens in a server, for those who count, write it down or show it. */
@NullMarked
package dev.mallard.events;

import org.jspecify.annotations.NullMarked;

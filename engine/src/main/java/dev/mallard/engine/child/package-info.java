/** Inside the engine's process. */
@NullMarked
package dev.mallard.engine.child;

import org.jspecify.annotations.NullMarked;

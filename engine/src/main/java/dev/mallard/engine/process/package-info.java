/** The engine's process: its start, its limits, its end, and the next one. */
@NullMarked
package dev.mallard.engine.process;

import org.jspecify.annotations.NullMarked;

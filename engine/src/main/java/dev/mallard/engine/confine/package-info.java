/** What a process of the engine gives up before it becomes one: files, network, memory. */
@NullMarked
package dev.mallard.engine.confine;

import org.jspecify.annotations.NullMarked;

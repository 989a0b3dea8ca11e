/** Which server a command talks to, as whom, and how safely: options, environment, profiles. */
@org.jspecify.annotations.NullMarked
package dev.mallard.cli.connect;

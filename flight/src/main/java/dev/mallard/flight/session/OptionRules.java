package dev.mallard.flight.session;

import dev.mallard.query.SessionOptions;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the engine says to sessions.
 *
 * @param settings names of its settings that a session may set
 * @param check refuses options that it does not take, with a MallardException
 * @param end lets go of what it kept for the session of that id
 */
public record OptionRules(
    Supplier<Set<String>> settings, Consumer<SessionOptions> check, Consumer<String> end) {}

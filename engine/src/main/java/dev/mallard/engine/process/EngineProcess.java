package dev.mallard.engine.process;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletionStage;

/** One process of the engine, from its start to its end. Thread-safe. */
public interface EngineProcess {
  long pid();

  /**
   * A connection to it, which is the caller's to close. It breaks when the process ends.
   *
   * @throws IOException if the process has ended
   */
  SocketChannel connect() throws IOException;

  boolean isAlive();

  /** Why it ended, once it is gone: then its files are unlocked and its memory is free. */
  CompletionStage<EngineEnd> end();

  /** Ends it at once, whatever it does. The first reason that is given is the one that is told. */
  void kill(EngineEnd.Cause cause, String why);
}

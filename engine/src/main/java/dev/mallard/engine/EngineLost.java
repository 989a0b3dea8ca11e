package dev.mallard.engine;

import dev.mallard.engine.process.EngineEnd;

/** The process that was to answer is gone. Never leaves this package. */
final class EngineLost extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient LiveEngine engine;
  private final transient EngineEnd end;

  EngineLost(LiveEngine engine, EngineEnd end, Throwable cause) {
    super("the engine's process has ended: " + end.why(), cause);
    this.engine = engine;
    this.end = end;
  }

  LiveEngine engine() {
    return engine;
  }

  EngineEnd end() {
    return end;
  }
}

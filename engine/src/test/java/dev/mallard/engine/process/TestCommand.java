package dev.mallard.engine.process;

/** Starts an {@link ObedientChild} where the engine would be. */
final class TestCommand {
  private TestCommand() {}

  static EngineCommand of(EngineSettings settings) {
    return new EngineCommand(
        settings, EngineBudget.of(settings.memoryBytes()), ObedientChild.class.getName());
  }
}

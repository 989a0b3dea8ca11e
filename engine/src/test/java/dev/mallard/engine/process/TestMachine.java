package dev.mallard.engine.process;

/** As quiet, and with as much memory left, as a test wants it. */
final class TestMachine implements Machine {
  /** On which there is never time for a spare. */
  static final Machine BUSY = new TestMachine();

  volatile long available = Long.MAX_VALUE;
  volatile boolean quiet;

  @Override
  public long availableBytes() {
    return available;
  }

  @Override
  public boolean isQuiet() {
    return quiet;
  }
}

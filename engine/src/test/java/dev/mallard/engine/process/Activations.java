package dev.mallard.engine.process;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Makes every process ready, and answers for it, unless it is told to fail. */
final class Activations implements EngineActivation {
  final List<EngineProcess> activated = new CopyOnWriteArrayList<>();
  volatile @Nullable RuntimeException failure;
  volatile boolean silent;

  @Override
  public void activate(EngineProcess process) throws IOException {
    RuntimeException thrown = failure;
    if (thrown != null) {
      throw thrown;
    }
    activated.add(process);
  }

  @Override
  public void requireAnswer(EngineProcess process) throws IOException {
    if (silent) {
      throw new IOException("no answer");
    }
  }
}

package dev.mallard.engine.process;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a process for a sign of life every second, and kills it if there is none. */
final class Heartbeat implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final long BETWEEN_MILLIS = 1000;

  private final EngineProcess process;
  private final EngineActivation activation;
  private final Silence silence = new Silence();

  private Heartbeat(EngineProcess process, EngineActivation activation) {
    this.process = process;
    this.activation = activation;
  }

  /** On a thread of its own, until the process ends. */
  static void start(EngineProcess process, EngineActivation activation) {
    Thread thread =
        new Thread(new Heartbeat(process, activation), "engine-" + process.pid() + "-heartbeat");
    thread.setDaemon(true);
    process.end().whenComplete((end, error) -> thread.interrupt());
    thread.start();
  }

  @Override
  public void run() {
    try {
      long asked = System.nanoTime();
      while (process.isAlive()) {
        TimeUnit.MILLISECONDS.sleep(BETWEEN_MILLIS);
        boolean isThere = answers();
        long now = System.nanoTime();
        if (isThere) {
          silence.answered();
        } else if (silence.unanswered(Duration.ofNanos(now - asked))) {
          process.kill(
              EngineEnd.Cause.SILENT,
              "it has not answered for " + silence.lasted().toSeconds() + " s");
          return;
        }
        asked = now;
      }
    } catch (InterruptedException e) {
      LOG.debug("the engine is asked for no more signs of life");
    }
  }

  private boolean answers() {
    try {
      activation.requireAnswer(process);
      return true;
    } catch (IOException e) {
      return false;
    } catch (RuntimeException e) {
      LOG.warn("asking the engine for a sign of life failed", e);
      return false;
    }
  }
}

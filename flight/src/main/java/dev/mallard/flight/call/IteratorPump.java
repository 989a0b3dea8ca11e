package dev.mallard.flight.call;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Sends small answers (listings, results of actions) at the pace of the client. To be made while
 * the call begins; what is to be sent may come later. Thread-safe.
 */
public final class IteratorPump<T> implements Runnable {
  private final ServerCallStreamObserver<T> client;
  private @Nullable Iterator<T> answers;
  private boolean ended;

  IteratorPump(ServerCallStreamObserver<T> client) {
    this.client = client;
    client.setOnCancelHandler(() -> {});
    client.setOnReadyHandler(this);
  }

  public static <T> void start(Iterator<T> answers, ServerCallStreamObserver<T> client) {
    new IteratorPump<>(client).supply(answers);
  }

  synchronized void supply(Iterator<T> all) {
    answers = all;
    run();
  }

  synchronized void fail(Throwable failure) {
    ended = true;
    client.onError(StatusMapper.toStatus(failure));
  }

  @Override
  public synchronized void run() {
    if (ended || answers == null) {
      return;
    }
    try {
      while (client.isReady()) {
        if (!answers.hasNext()) {
          ended = true;
          client.onCompleted();
          return;
        }
        client.onNext(answers.next());
      }
    } catch (RuntimeException e) {
      fail(e);
    }
  }
}

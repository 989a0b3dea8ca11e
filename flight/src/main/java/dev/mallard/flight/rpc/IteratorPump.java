package dev.mallard.flight.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.Iterator;

/** Sends small answers (listings, results of actions) at the pace of the client. */
final class IteratorPump<T> implements Runnable {
  private final Iterator<T> answers;
  private final ServerCallStreamObserver<T> client;
  private boolean ended;

  private IteratorPump(Iterator<T> answers, ServerCallStreamObserver<T> client) {
    this.answers = answers;
    this.client = client;
  }

  static <T> void start(Iterator<T> answers, ServerCallStreamObserver<T> client) {
    client.setOnCancelHandler(() -> {});
    client.setOnReadyHandler(new IteratorPump<>(answers, client));
  }

  @Override
  public void run() {
    if (ended) {
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
      ended = true;
      client.onError(StatusMapper.toStatus(e));
    }
  }
}

package dev.mallard.engine.child;

import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MessageBody;
import dev.mallard.engine.link.Answer;
import dev.mallard.engine.link.Line;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An answer, with a message if one belongs to it.
 *
 * @param inPlace whether the message's body goes another way
 */
record Reply(Answer answer, @Nullable IpcMessage message, boolean inPlace) {
  static final Reply DONE = of(new Answer.Done());

  static Reply of(Answer answer) {
    return new Reply(answer, null, false);
  }

  /** As {@link #sendOn}, but it need not go before the next answer does. */
  void addTo(Line line) throws IOException {
    if (message == null) {
      line.add(answer);
    } else {
      sendOn(line);
    }
  }

  /** Sends and closes what is sent. */
  void sendOn(Line line) throws IOException {
    if (message == null) {
      line.send(answer);
      return;
    }
    try (IpcMessage sent = message) {
      line.send(answer, sent.header(), inPlace ? MessageBody.EMPTY : sent.body());
    }
  }
}

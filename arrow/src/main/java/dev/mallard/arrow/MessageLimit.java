package dev.mallard.arrow;

/**
 * How large a message may be that is sent ({@link IpcMessage#encodedBytes}).
 *
 * @param bytes of what waits in its file until the network takes it
 * @param copiedBytes of what waits in memory, for each client that reads slowly
 */
public record MessageLimit(long bytes, long copiedBytes) {
  public MessageLimit {
    if (copiedBytes < 1 || bytes < copiedBytes) {
      throw new IllegalArgumentException("limits: " + bytes + ", " + copiedBytes);
    }
  }

  /** Of all messages. */
  public static MessageLimit of(long bytes) {
    return new MessageLimit(bytes, bytes);
  }

  /** For a receiver to which everything is copied. */
  public MessageLimit copied() {
    return of(copiedBytes);
  }

  long of(MessageBody body) {
    return body instanceof FileBody file && file.isLikelyMapped() ? bytes : copiedBytes;
  }
}

package dev.mallard.server.audit;

import java.io.IOException;
import java.util.List;

/** Where lines go. For one thread. */
interface AuditSink extends AutoCloseable {
  /**
   * Writes all of these lines; they are there when it returns.
   *
   * @throws IOException if some are not
   */
  void write(List<String> lines) throws IOException;

  @Override
  void close();
}

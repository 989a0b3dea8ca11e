package dev.mallard.server.audit;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lines in the log, of a logger of their own. */
final class LogSink implements AuditSink {
  private static final Logger LOG = LoggerFactory.getLogger("mallard.audit");

  @Override
  public void write(List<String> lines) {
    lines.forEach(LOG::info);
  }

  @Override
  public void close() {}
}

package dev.mallard.query;

import dev.mallard.access.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Writes down what is done with its connections; runs nothing. */
final class FakeEngine implements SqlEngine {
  final List<String> log = new ArrayList<>();
  final FakeMetadata metadata = new FakeMetadata();

  /** What its connections prepare, whatever the text. */
  @Nullable SqlStatement prepared;

  /** What a commit fails with, if it is to fail. */
  @Nullable RuntimeException commitFailure;

  @Nullable RuntimeException rollbackFailure;

  @Override
  public SqlConnection connect(SessionOptions options) {
    return new Connection();
  }

  @Override
  public SqlMetadata metadata() {
    return metadata;
  }

  /** What its connections stand on is gone. */
  boolean dead;

  @Override
  public Set<String> settings() {
    return Set.of();
  }

  @Override
  public void tidy() {}

  @Override
  public void giveWay() {}

  @Override
  public void close() {}

  private final class Connection implements SqlConnection {
    @Override
    public SqlStatement prepare(String sql, Caller caller) {
      if (prepared == null) {
        throw new UnsupportedOperationException();
      }
      return prepared;
    }

    @Override
    public void begin() {
      log.add("begin");
    }

    @Override
    public void commit() {
      log.add("commit");
      if (commitFailure != null) {
        throw commitFailure;
      }
    }

    @Override
    public void rollback() {
      log.add("rollback");
      if (rollbackFailure != null) {
        throw rollbackFailure;
      }
    }

    @Override
    public Ingest ingest(IngestTarget target, Schema schema) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void interrupt() {
      log.add("interrupt");
    }

    @Override
    public double progress() {
      return -1;
    }

    @Override
    public boolean isUsable() {
      return !dead;
    }

    @Override
    public void close() {
      log.add("close");
    }
  }
}

package dev.mallard.flight.call;

import dev.mallard.flight.session.Sessions;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlRequest;
import org.jspecify.annotations.Nullable;

/** The session of the call that is being served. Thread-safe. */
public final class CallSession {
  private final Sessions sessions;

  public CallSession(Sessions sessions) {
    this.sessions = sessions;
  }

  /** All of them, for what is done to sessions themselves. */
  public Sessions sessions() {
    return sessions;
  }

  public SessionOptions options() {
    CallHeaders headers = CallHeaders.current();
    return sessions.options(headers.session(), CallCaller.current(), headers.connection());
  }

  /**
   * Whether the client begins transactions when its user wants it. Of Java's clients the JDBC
   * driver does not; others that stand on arrow-java do not ask.
   */
  public static boolean clientBegins() {
    return !CallHeaders.current().isJavaClient();
  }

  public SqlRequest request(String sql, @Nullable String transaction) {
    CallTally.current().statement(sql);
    return new SqlRequest(sql, transaction, options());
  }

  /**
   * A statement to be prepared. The stock JDBC driver prepares all its statements, and of a
   * dictionary shows the indices, of a large unsigned number another one.
   */
  public SqlRequest preparedRequest(String sql, @Nullable String transaction) {
    CallTally.current().statement(sql);
    SessionOptions options = options();
    return new SqlRequest(
        sql,
        transaction,
        CallHeaders.current().isJavaClient() ? options.withPlainTypes() : options);
  }

  /** A statement in the catalog and schema that it was planned in. */
  public SqlRequest request(
      String sql, @Nullable String transaction, @Nullable String catalog, @Nullable String schema) {
    CallTally.current().statement(sql);
    return new SqlRequest(sql, transaction, options().in(catalog, schema));
  }
}

package dev.mallard.cli.doctor;

import dev.mallard.cli.io.Sizes;
import dev.mallard.client.MallardClient;
import dev.mallard.client.SqlStatus;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;

/** How that is what runs SQL on the server. */
final class SqlCheck {
  private final MallardClient client;

  SqlCheck(MallardClient client) {
    this.client = client;
  }

  Finding run() {
    try {
      return finding(client.sqlStatus());
    } catch (FlightRuntimeException e) {
      if (e.status().code() == FlightStatusCode.UNAUTHENTICATED) {
        throw e;
      }
      return Finding.warning("SQL", "the server does not say how it is");
    }
  }

  static Finding finding(SqlStatus sql) {
    if (!sql.ownProcess()) {
      return Finding.warning(
          "SQL",
          "runs in the server's own process: a statement can end both; start it without"
              + " --engine in-process");
    }
    if (!sql.working()) {
      return Finding.failure("SQL", "there is no engine at the moment" + lastEnd(sql));
    }
    String said =
        "in a process of its own, "
            + (sql.restarts() == 0
                ? "never restarted"
                : "restarted " + Sizes.count(sql.restarts(), "time") + lastEnd(sql))
            + (sql.spare() ? ", with a spare" : "");
    return switch (sql.fence()) {
      case "reads" -> Finding.ok("SQL", said + "; it can open no files but its own");
      case "writes" -> Finding.ok("SQL", said + "; it can write no files but its own");
      default ->
          Finding.warning(
              "SQL",
              said
                  + "; the kernel does not fence it (Linux 5.13 and later can, with Landlock, unless"
                  + " the server was started with --allow-file-access)");
    };
  }

  private static String lastEnd(SqlStatus sql) {
    return sql.lastEnd() == null ? "" : " (last: " + sql.lastEnd() + ")";
  }
}

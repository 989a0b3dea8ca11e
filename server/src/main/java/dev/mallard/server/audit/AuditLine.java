package dev.mallard.server.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mallard.access.Caller;
import dev.mallard.duckdb.SqlFingerprint;
import dev.mallard.events.Outcome;
import dev.mallard.events.ServerEvents;
import dev.mallard.events.Target;
import dev.mallard.events.Who;
import dev.mallard.server.security.AuditConfig.Statements;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is written of a call that has ended: all that a client may be made to tell, nothing that it
 * has proved itself with.
 *
 * @param ended when it has
 */
record AuditLine(ServerEvents.Call call, Outcome outcome, Instant ended) {
  /** Of a statement, or a name; the rest is cut off. */
  static final int MOST_CHARS = 16 * 1024;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** With no more of the client's texts than is written. */
  static AuditLine of(ServerEvents.Call call, Outcome outcome, Instant ended) {
    Target target = outcome.target();
    Target cut = new Target(cut(target.action()), cut(target.dataset()), cut(target.statement()));
    return new AuditLine(
        call,
        new Outcome(
            outcome.code(), outcome.who(), cut, outcome.rows(), outcome.bytes(), outcome.took()),
        ended);
  }

  private static String cut(String text) {
    return text.length() <= MOST_CHARS
        ? text
        : text.substring(0, MOST_CHARS) + "… (" + text.length() + " characters)";
  }

  /** What it takes of the memory, roughly. */
  int chars() {
    Target target = outcome.target();
    return target.dataset().length() + target.statement().length();
  }

  /** A line of JSON, without its end. */
  String json(Statements statements) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", TIME.format(ended.minus(outcome.took())));
    line.put("id", call.id());
    put(line, outcome.who());
    line.put("address", call.peer().replaceFirst("^/", ""));
    line.put("method", method());
    put(line, "action", outcome.target().action());
    put(line, "dataset", outcome.target().dataset());
    put(line, "statement", shown(outcome.target().statement(), statements));
    line.put("outcome", outcome.code());
    line.put("rows", outcome.rows());
    if (outcome.bytes() >= 0) {
      line.put("bytes", outcome.bytes());
    }
    line.put("ms", millis(outcome.took()));
    return write(line);
  }

  /**
   * Calls that nothing is written of.
   *
   * @param lost how many
   */
  static String lost(long lost, Instant now) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", TIME.format(now));
    line.put("lost", lost);
    return write(line);
  }

  private static String write(Map<String, Object> line) {
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private String method() {
    String method = call.method();
    return ShownNames.isMethod(method)
        ? method.substring(method.lastIndexOf('/') + 1)
        : ShownNames.WITHHELD;
  }

  private static void put(Map<String, Object> line, Who who) {
    if (who instanceof Who.Admitted admitted) {
      Caller caller = admitted.caller();
      line.put("caller", caller.isProved() ? caller.name() : ShownNames.of(caller.name()));
      line.put("role", caller.role().toString());
      line.put("proof", caller.proof().kind());
    } else if (who instanceof Who.Claimed claimed) {
      line.put("claimed", ShownNames.of(claimed.name()));
    }
  }

  private static void put(Map<String, Object> line, String key, String value) {
    if (!value.isEmpty()) {
      line.put(key, value);
    }
  }

  private static String shown(String statement, Statements statements) {
    return switch (statements) {
      case TEXT -> statement;
      case FINGERPRINT -> fingerprint(statement);
      case NONE -> "";
    };
  }

  /** One text that nobody can make sense of must not cost other lines. */
  private static String fingerprint(String statement) {
    try {
      return SqlFingerprint.of(statement);
    } catch (RuntimeException e) {
      return ShownNames.WITHHELD;
    }
  }

  private static double millis(Duration took) {
    return Math.round(took.toNanos() / 1e3) / 1e3;
  }
}

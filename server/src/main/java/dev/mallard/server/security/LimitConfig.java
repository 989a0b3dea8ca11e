package dev.mallard.server.security;

/**
 * What one caller may use of the server at a time. Holds where callers sign in: on an open server
 * all are the same one. 0 is no limit, everywhere.
 *
 * @param statements that run or wait
 * @param streams calls under way, of whatever method
 * @param connections that are open, and that it has called over
 * @param sessions that have not ended
 * @param quotaBytes of datasets that it has put, kept versions included
 */
public record LimitConfig(
    int statements, int streams, int connections, int sessions, long quotaBytes) {
  public static final LimitConfig DEFAULT = new LimitConfig(100, 1_000, 200, 1_000, 0);
}

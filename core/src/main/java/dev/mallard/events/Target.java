package dev.mallard.events;

/**
 * What a call is about; empty what it does not say. Handles (of statements, results, sessions) are
 * not in it: whoever knows one may use it.
 *
 * @param action its type, or the name of a Flight SQL command about metadata
 * @param dataset name of a dataset, or table; a pattern if datasets are listed
 * @param statement text of the SQL
 */
public record Target(String action, String dataset, String statement) {
  public static final Target NONE = new Target("", "", "");
}

package dev.mallard.cli.input;

/**
 * How CSV is written.
 *
 * @param separator between fields
 * @param header whether the first line has the names
 * @param nullText what an unquoted field has that is null, besides nothing at all
 * @param text whether all columns are taken as text
 */
public record CsvOptions(char separator, boolean header, String nullText, boolean text) {
  public static final CsvOptions DEFAULT = new CsvOptions(',', true, "", false);
}

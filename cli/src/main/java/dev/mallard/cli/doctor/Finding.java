package dev.mallard.cli.doctor;

/**
 * What a check found.
 *
 * @param said what is so, and if it is not well, what to do
 */
public record Finding(Level level, String subject, String said) {
  /** How bad it is. */
  public enum Level {
    OK("ok"),
    WARNING("warn"),
    FAILURE("FAIL");

    private final String label;

    Level(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  static Finding ok(String subject, String said) {
    return new Finding(Level.OK, subject, said);
  }

  static Finding warning(String subject, String said) {
    return new Finding(Level.WARNING, subject, said);
  }

  public static Finding failure(String subject, String said) {
    return new Finding(Level.FAILURE, subject, said);
  }
}

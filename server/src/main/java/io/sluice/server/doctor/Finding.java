package io.sluice.server.doctor;

/**
 * What one check found.
 *
 * @param outcome how bad it is
 * @param subject what was looked at, one or two words
 * @param text what is the case; unless all is well, a sentence that ends with the remedy
 */
public record Finding(Outcome outcome, String subject, String text) {
  /** How bad a finding is. */
  public enum Outcome {
    /** As it should be. */
    OK,
    /** A node runs, with less than it could have. */
    WARN,
    /** A node does not run. */
    FAIL
  }

  static Finding ok(String subject, String text) {
    return new Finding(Outcome.OK, subject, text);
  }

  static Finding warn(String subject, String text) {
    return new Finding(Outcome.WARN, subject, text);
  }

  static Finding fail(String subject, String text) {
    return new Finding(Outcome.FAIL, subject, text);
  }

  /** One line, such as {@code ok kernel: Linux 6.1.0}; the outcome in a column of its own. */
  @Override
  public String toString() {
    String column =
        switch (outcome) {
          case OK -> "ok    ";
          case WARN -> "warn  ";
          case FAIL -> "FAIL  ";
        };
    return column + subject + ": " + text;
  }
}

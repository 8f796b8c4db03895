package io.sluice.server.config;

/** Time spans as an operator writes them: {@code 10s}, {@code 500ms}, {@code 2m}, {@code 1h}. */
public final class Durations {
  private static final long MILLISECOND_NS = 1_000_000L;
  private static final long SECOND_NS = 1_000 * MILLISECOND_NS;
  private static final long MINUTE_NS = 60 * SECOND_NS;
  private static final long HOUR_NS = 60 * MINUTE_NS;

  private static final String EXPECTED = "write a whole number with ms, s, m or h, for example 10s";

  private Durations() {}

  /**
   * Reads a whole number followed by {@code ms}, {@code s}, {@code m} or {@code h}; a unit is
   * required, except for 0.
   *
   * @return nanoseconds, at least 0
   * @throws IllegalArgumentException with a phrase that says what is expected
   */
  public static long parseNs(String text) {
    String trimmed = text.strip();
    int digits = 0;
    while (digits < trimmed.length()
        && trimmed.charAt(digits) >= '0'
        && trimmed.charAt(digits) <= '9') {
      digits++;
    }
    if (digits == 0) {
      throw new IllegalArgumentException("not a duration; " + EXPECTED);
    }
    try {
      long count = Long.parseLong(trimmed.substring(0, digits));
      return switch (trimmed.substring(digits).strip()) {
        case "ms" -> Math.multiplyExact(count, MILLISECOND_NS);
        case "s" -> Math.multiplyExact(count, SECOND_NS);
        case "m" -> Math.multiplyExact(count, MINUTE_NS);
        case "h" -> Math.multiplyExact(count, HOUR_NS);
        case "" -> {
          if (count != 0) {
            throw new IllegalArgumentException("a duration without a unit; " + EXPECTED);
          }
          yield 0;
        }
        default -> throw new IllegalArgumentException("not a unit of time; " + EXPECTED);
      };
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("longer than any life; " + EXPECTED, e);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a duration; " + EXPECTED, e);
    }
  }

  /** The span in the largest unit that divides it, as {@link #parseNs} reads it. */
  public static String format(long durationNs) {
    if (durationNs == 0) {
      return "0s";
    }
    if (durationNs % HOUR_NS == 0) {
      return durationNs / HOUR_NS + "h";
    }
    if (durationNs % MINUTE_NS == 0) {
      return durationNs / MINUTE_NS + "m";
    }
    if (durationNs % SECOND_NS == 0) {
      return durationNs / SECOND_NS + "s";
    }
    return durationNs / MILLISECOND_NS + "ms";
  }
}

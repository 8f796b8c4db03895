package io.sluice.server.config;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that excludes the names of images in which it is found. Two of the same text
 * are equal.
 */
public final class Exclusion {
  private final Pattern pattern;

  /**
   * An exclusion.
   *
   * @throws IllegalArgumentException saying what is wrong with the expression
   */
  public Exclusion(String expression) {
    try {
      pattern = Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          expression
              + " is no regular expression ("
              + e.getDescription()
              + " near index "
              + e.getIndex()
              + "); correct it, as in :latest$",
          e);
    }
  }

  /**
   * Whether the expression is found in {@code name}. Who may name images must not keep the node
   * busy: what takes too long to decide is excluded.
   */
  boolean isIn(String name) {
    try {
      return pattern.matcher(new Effort(name, new int[1])).find();
    } catch (EffortException tooMuch) {
      return true;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Exclusion exclusion && toString().equals(exclusion.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** The expression. */
  @Override
  public String toString() {
    return pattern.pattern();
  }

  /** Says when matching has looked at more characters than it may. */
  private static final class EffortException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EffortException() {
      super("more than " + Limits.FILTER_STEPS_MAX + " steps", null, false, false);
    }
  }

  /** A text that counts how often it is looked at. */
  private record Effort(CharSequence text, int[] steps) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps[0] > Limits.FILTER_STEPS_MAX) {
        throw new EffortException();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Effort(text.subSequence(start, end), steps);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}

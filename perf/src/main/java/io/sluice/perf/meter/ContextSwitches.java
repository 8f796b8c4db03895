package io.sluice.perf.meter;

/**
 * How often threads have left a CPU.
 *
 * @param voluntary because they had to wait for something
 * @param forced because others had to run
 */
public record ContextSwitches(long voluntary, long forced) {
  /** None. */
  public static final ContextSwitches NONE = new ContextSwitches(0, 0);

  /**
   * Both together.
   *
   * @param other more of them
   * @return the sums
   */
  public ContextSwitches plus(ContextSwitches other) {
    return new ContextSwitches(voluntary + other.voluntary, forced + other.forced);
  }

  /**
   * What came since.
   *
   * @param earlier an earlier count of the same threads
   * @return the differences
   */
  public ContextSwitches minus(ContextSwitches earlier) {
    return new ContextSwitches(voluntary - earlier.voluntary, forced - earlier.forced);
  }
}

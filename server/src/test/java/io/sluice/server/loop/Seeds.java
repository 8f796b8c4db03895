package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.server.log.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * The seeds that a simulation is run with: those from 0 on, as many as the system property {@code
 * PROPERTY.seeds} says, or only the one that {@code PROPERTY.seed} names. A failure names the
 * command that repeats it.
 *
 * @param <O> what comes of a run; two of the same seed are equal
 */
final class Seeds<O> {
  private static final int LOG_LINES = 20;

  private final String property;
  private final LongFunction<O> simulation;
  private final String command;

  /**
   * Creates them.
   *
   * @param test the class that runs them
   * @param property prefix of the system properties
   * @param simulation one run
   */
  Seeds(Class<?> test, String property, LongFunction<O> simulation) {
    this.property = property;
    this.simulation = simulation;
    this.command =
        "mvn test -pl server -am -Dtest="
            + test.getSimpleName()
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dsluice.test.flags=-D"
            + property
            + ".seed=";
  }

  /**
   * One run; a failure says the seed, what was drawn, and the end of what was logged meanwhile.
   *
   * @param log closed here
   */
  static <O> O explained(
      long seed, CapturedLog log, Supplier<String> description, Supplier<O> simulation) {
    try (log) {
      return simulation.get();
    } catch (RuntimeException | AssertionError failed) {
      String sentence = "seed " + seed + ": " + failed.getMessage() + "\n";
      throw new AssertionError(sentence + description.get() + log.tail(LOG_LINES), failed);
    }
  }

  /** What came of all runs; nothing when a single seed was asked for, which proves no average. */
  List<O> outcomes(int usualCount) {
    Long only = Long.getLong(property + ".seed");
    if (only != null) {
      run(only);
      return List.of();
    }
    List<O> outcomes = new ArrayList<>();
    int count = Integer.getInteger(property + ".seeds", usualCount);
    for (long seed = 0; seed < count; seed++) {
      outcomes.add(run(seed));
    }
    return outcomes;
  }

  /** Runs the first few seeds twice. */
  void assertRepeatable(int count) {
    for (long seed = 0; seed < count; seed++) {
      assertEquals(run(seed), run(seed), "seed " + seed);
    }
  }

  private O run(long seed) {
    try {
      return simulation.apply(seed);
    } catch (AssertionError failed) {
      throw new AssertionError(failed.getMessage() + "\nrepeat with: " + command + seed, failed);
    }
  }
}

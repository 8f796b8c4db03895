package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * Runs convoys over a simulated kernel, one run for each seed.
 *
 * <p>{@code -Dsluice.convoy.seeds=10000} runs more of them, {@code -Dsluice.convoy.seed=7} just
 * that one.
 */
class ConvoySimulationTest {
  private static final int SEEDS_DEFAULT = 100;
  private static final int SEEDS_TWICE = 2;
  private static final String COMMAND =
      "mvn test -pl server -am -Dtest=ConvoySimulationTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dsluice.test.flags=-Dsluice.convoy.seed=";

  @Test
  void groupsShareWhatIsReadAndNobodyStarvesUnderEverySeed() {
    Long only = Long.getLong("sluice.convoy.seed");
    if (only != null) {
      run(only);
      return;
    }
    int seeds = Integer.getInteger("sluice.convoy.seeds", SEEDS_DEFAULT);
    long served = 0;
    int disturbed = 0;
    for (long seed = 0; seed < seeds; seed++) {
      ConvoySimulation.Outcome outcome = run(seed);
      served += outcome.served();
      disturbed += outcome.disturbed() ? 1 : 0;
    }
    assertTrue(
        served > 4L * seeds, "only " + served + " clients were served in " + seeds + " runs");
    assertTrue(disturbed > seeds / 4 && disturbed < seeds * 3 / 4, disturbed + " disturbed runs");
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    for (long seed = 0; seed < SEEDS_TWICE; seed++) {
      assertEquals(run(seed), run(seed), "seed " + seed);
    }
  }

  private static ConvoySimulation.Outcome run(long seed) {
    try {
      return ConvoySimulation.run(seed);
    } catch (AssertionError failed) {
      throw new AssertionError(failed.getMessage() + "\nrepeat with: " + COMMAND + seed, failed);
    }
  }
}

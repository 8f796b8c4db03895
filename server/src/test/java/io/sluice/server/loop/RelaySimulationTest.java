package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * No transfer is broken while a good provider remains, whatever the others do: one run for each
 * seed. {@code -Dsluice.simulation.seeds} and {@code -Dsluice.simulation.seed} are as in {@link
 * LoopSimulationTest}.
 */
class RelaySimulationTest {
  private static final int SEEDS_DEFAULT = 200;
  private static final int SEEDS_TWICE = 5;
  private static final String COMMAND =
      "mvn test -pl server -am -Dtest=RelaySimulationTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dsluice.test.flags=-Dsluice.simulation.seed=";

  @Test
  void oneGoodPeerIsEnoughUnderEverySeed() {
    Long only = Long.getLong("sluice.simulation.seed");
    if (only != null) {
      run(only);
      return;
    }
    int seeds = Integer.getInteger("sluice.simulation.seeds", SEEDS_DEFAULT);
    long responses = 0;
    long strictClients = 0;
    for (long seed = 0; seed < seeds; seed++) {
      RelaySimulation.Outcome outcome = run(seed);
      responses += outcome.responses();
      strictClients += outcome.strictClients();
    }
    assertTrue(responses > 10L * seeds, "only " + responses + " responses in " + seeds + " runs");
    assertTrue(strictClients > seeds, "only " + strictClients + " clients were sure of theirs");
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    for (long seed = 0; seed < SEEDS_TWICE; seed++) {
      assertEquals(run(seed), run(seed), "seed " + seed);
    }
  }

  private static RelaySimulation.Outcome run(long seed) {
    try {
      return RelaySimulation.run(seed);
    } catch (AssertionError failed) {
      throw new AssertionError(failed.getMessage() + "\nrepeat with: " + COMMAND + seed, failed);
    }
  }
}

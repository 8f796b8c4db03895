package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * Moves connections between loops over a simulated kernel, one run for each seed.
 *
 * <p>{@code -Dsluice.handoff.seeds=10000} runs more of them, {@code -Dsluice.handoff.seed=7} just
 * that one.
 */
class HandoffSimulationTest {
  private static final int SEEDS_DEFAULT = 200;
  private static final int SEEDS_TWICE = 3;
  private static final String COMMAND =
      "mvn test -pl server -am -Dtest=HandoffSimulationTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dsluice.test.flags=-Dsluice.handoff.seed=";

  @Test
  void everyDescriptorIsClosedOnceUnderEverySeed() {
    Long only = Long.getLong("sluice.handoff.seed");
    if (only != null) {
      run(only);
      return;
    }
    int seeds = Integer.getInteger("sluice.handoff.seeds", SEEDS_DEFAULT);
    int orderly = 0;
    int aborted = 0;
    long answered = 0;
    long moved = 0;
    long acceptPauses = 0;
    for (long seed = 0; seed < seeds; seed++) {
      HandoffSimulation.Outcome outcome = run(seed);
      orderly += outcome.orderly() ? 1 : 0;
      aborted += outcome.aborted() ? 1 : 0;
      answered += outcome.answered();
      moved += outcome.moved();
      acceptPauses += outcome.acceptPauses();
    }
    assertTrue(answered > 10L * seeds, answered + " responses in " + seeds + " runs");
    assertTrue(moved > 10L * seeds, moved + " connections moved in " + seeds + " runs");
    assertTrue(acceptPauses > seeds / 4, acceptPauses + " times without room");
    assertTrue(orderly > seeds / 5 && aborted > seeds / 10, orderly + " and " + aborted + " runs");
  }

  /** It was once served to its end, for as long as its client liked. */
  @Test
  void aConnectionThatMovesToALoopWhichIsBrokenOffIsClosed() {
    run(428);
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    for (long seed = 0; seed < SEEDS_TWICE; seed++) {
      assertEquals(run(seed), run(seed), "seed " + seed);
    }
  }

  private static HandoffSimulation.Outcome run(long seed) {
    try {
      return HandoffSimulation.run(seed);
    } catch (AssertionError failed) {
      throw new AssertionError(failed.getMessage() + "\nrepeat with: " + COMMAND + seed, failed);
    }
  }
}

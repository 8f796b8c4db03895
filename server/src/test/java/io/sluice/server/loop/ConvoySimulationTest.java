package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Runs convoys over a simulated kernel, one run for each seed.
 *
 * <p>{@code -Dsluice.convoy.seeds=10000} runs more of them, {@code -Dsluice.convoy.seed=7} just
 * that one.
 */
class ConvoySimulationTest {
  private static final int SEEDS_USUAL = 100;
  private static final int SEEDS_TWICE = 2;

  private final Seeds<ConvoySimulation.Outcome> seeds =
      new Seeds<>(ConvoySimulationTest.class, "sluice.convoy", ConvoySimulation::run);

  @Test
  void groupsShareWhatIsReadAndNobodyStarvesUnderEverySeed() {
    List<ConvoySimulation.Outcome> outcomes = seeds.outcomes(SEEDS_USUAL);
    if (outcomes.isEmpty()) {
      return;
    }
    int runs = outcomes.size();
    long served = outcomes.stream().mapToLong(ConvoySimulation.Outcome::served).sum();
    long disturbed = outcomes.stream().filter(ConvoySimulation.Outcome::disturbed).count();
    assertTrue(served > 4L * runs, "only " + served + " clients were served in " + runs + " runs");
    assertTrue(disturbed > runs / 4 && disturbed < runs * 3 / 4, disturbed + " disturbed runs");
  }

  /** A client that left others behind was made to wait for those behind it all over again. */
  @Test
  void whoRunsAheadHasWaitedEnough() {
    ConvoySimulation.run(2349);
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    seeds.assertRepeatable(SEEDS_TWICE);
  }
}

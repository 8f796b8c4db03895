package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Runs whole event loops over a simulated kernel, one run for each seed.
 *
 * <p>{@code -Dsluice.simulation.seeds=10000} runs more of them, {@code -Dsluice.simulation.seed=7}
 * just that one.
 */
class LoopSimulationTest {
  private static final int SEEDS_USUAL = 200;
  private static final int SEEDS_TWICE = 10;

  private final Seeds<LoopSimulation.Outcome> seeds =
      new Seeds<>(LoopSimulationTest.class, "sluice.simulation", LoopSimulation::run);

  @Test
  void everyClientGetsItsBytesOrAClosedConnectionUnderEverySeed() {
    List<LoopSimulation.Outcome> outcomes = seeds.outcomes(SEEDS_USUAL);
    if (outcomes.isEmpty()) {
      return;
    }
    int runs = outcomes.size();
    long responses = outcomes.stream().mapToLong(LoopSimulation.Outcome::responses).sum();
    long strictClients = outcomes.stream().mapToLong(LoopSimulation.Outcome::strictClients).sum();
    assertTrue(responses > 10L * runs, "only " + responses + " responses in " + runs + " runs");
    assertTrue(strictClients > runs, "only " + strictClients + " clients were sure of theirs");
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    seeds.assertRepeatable(SEEDS_TWICE);
  }
}

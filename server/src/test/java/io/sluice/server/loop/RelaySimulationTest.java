package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * No transfer is broken while a good provider remains, whatever the others do: one run for each
 * seed. {@code -Dsluice.simulation.seeds} and {@code -Dsluice.simulation.seed} are as in {@link
 * LoopSimulationTest}.
 */
class RelaySimulationTest {
  private static final int SEEDS_USUAL = 200;
  private static final int SEEDS_TWICE = 5;

  private final Seeds<RelaySimulation.Outcome> seeds =
      new Seeds<>(RelaySimulationTest.class, "sluice.simulation", RelaySimulation::run);

  @Test
  void oneGoodPeerIsEnoughUnderEverySeed() {
    List<RelaySimulation.Outcome> outcomes = seeds.outcomes(SEEDS_USUAL);
    if (outcomes.isEmpty()) {
      return;
    }
    int runs = outcomes.size();
    long responses = outcomes.stream().mapToLong(RelaySimulation.Outcome::responses).sum();
    long strictClients = outcomes.stream().mapToLong(RelaySimulation.Outcome::strictClients).sum();
    assertTrue(responses > 10L * runs, "only " + responses + " responses in " + runs + " runs");
    assertTrue(strictClients > runs, "only " + strictClients + " clients were sure of theirs");
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    seeds.assertRepeatable(SEEDS_TWICE);
  }
}

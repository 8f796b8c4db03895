package io.sluice.routing.kademlia;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.kademlia.ChurnSimulation.Plan;
import io.sluice.routing.kademlia.ChurnSimulation.Report;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A thousand nodes of which a tenth is replaced per minute. {@code -Dsluice.simulation.minutes=40}
 * makes it longer than any record lives, {@code -Dsluice.seed} chooses what happens.
 */
class ChurnSimulationTest {
  private static final int NODES = 1000;
  private static final double CHURN_PER_MINUTE = 0.1;
  private static final double LOSS = 0.01;

  /**
   * Of a run that anybody can repeat: one lookup of a thousand may fail, and the build is no
   * lottery.
   */
  private static final long SEED = 1;

  @Test
  void lookupsSucceedWhileNodesComeAndGo() {
    long seed = Long.getLong("sluice.seed", SEED);
    int minutes = Integer.getInteger("sluice.simulation.minutes", 1);
    Plan plan =
        new Plan(
            seed,
            NODES,
            CHURN_PER_MINUTE,
            LOSS,
            Duration.ofSeconds(30),
            Duration.ofMinutes(minutes),
            20);
    ChurnSimulation simulation = new ChurnSimulation(plan);
    simulation.warmUp();
    Report report = simulation.run();
    String seen = "seed " + seed + ": " + report;
    System.out.println(seen);
    assertTrue(report.success() >= 0.999, seen);
    assertTrue(report.hopsMedian() <= 3, seen);
  }
}

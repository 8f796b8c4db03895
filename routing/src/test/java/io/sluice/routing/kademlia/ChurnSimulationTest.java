package io.sluice.routing.kademlia;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChurnSimulationTest {
  @Test
  void lookupsSucceedWhileNodesComeAndGo() {
    long seed = Long.getLong("sluice.seed", 1);
    ChurnSimulation.Plan plan =
        new ChurnSimulation.Plan(
            seed,
            Integer.getInteger("sluice.nodes", 300),
            0.1,
            0.01,
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            20);
    long start = System.nanoTime();
    System.out.println(new ChurnSimulation(plan).run());
    System.out.println((System.nanoTime() - start) / 1_000_000 + " ms");
  }
}

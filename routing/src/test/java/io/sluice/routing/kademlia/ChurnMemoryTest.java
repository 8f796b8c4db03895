package io.sluice.routing.kademlia;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.kademlia.ChurnSimulation.Plan;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What nodes keep while others come and go: as many as a node with 200 peers sees in an hour of ten
 * percent per minute, after longer than a record lives.
 */
class ChurnMemoryTest {
  private static final int NODES = 16;
  private static final double CHURN_PER_MINUTE = 1.25;
  private static final Duration RECORD_LIFE = Duration.ofMinutes(20);
  private static final Duration HOUR = Duration.ofMinutes(60);

  /** A node weighs some 100 KiB here, and has seen 1,200 others in the end. */
  private static final long GROWTH_BYTES_PER_NODE_MAX = 16 << 10;

  @Test
  void anHourOfChurnLeavesNothingBehind() {
    Plan plan = new Plan(1, NODES, CHURN_PER_MINUTE, 0.01, RECORD_LIFE, HOUR, 1);
    ChurnSimulation simulation = new ChurnSimulation(plan);
    simulation.warmUp();
    long before = liveBytes();
    System.out.println(simulation.run());
    long grown = liveBytes() - before;
    System.out.println("an hour of churn: " + before + " bytes live, then " + grown + " more");
    assertTrue(grown < NODES * GROWTH_BYTES_PER_NODE_MAX, grown + " bytes more than before");
  }

  private static long liveBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}

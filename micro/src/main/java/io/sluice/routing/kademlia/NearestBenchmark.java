package io.sluice.routing.kademlia;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The 20 peers that are nearest to a key by exclusive or, in the table of a node that has heard
 * from a thousand.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NearestBenchmark {
  private static final int PEERS = 1000;
  private static final int TARGETS = 1024;
  private static final int KEY_BYTES = 34;

  /** Of the table: those of a node are of 20 and keep some of the peers, these keep all. */
  @Param({"20", "1000"})
  public int bucketSize;

  private final Position[] targets = new Position[TARGETS];
  private RoutingTable table;
  private int next;

  /** Without a table. */
  public NearestBenchmark() {}

  /** Fills the table. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    for (int i = 0; i < TARGETS; i++) {
      byte[] key = new byte[KEY_BYTES];
      random.nextBytes(key);
      targets[i] = Position.of(key);
    }
    Position self = Position.of(BenchmarkPeers.peer(PEERS).id());
    table = new RoutingTable(self, bucketSize, KademliaLimits.CONTACTS_PER_ADDRESS);
    for (PeerRecord peer : BenchmarkPeers.peers(PEERS)) {
      table.answered(peer.id(), Position.of(peer.id()), peer.addresses(), 0);
    }
    if (bucketSize == PEERS && table.size() < PEERS) {
      throw new IllegalStateException("the table has " + table.size() + " peers of " + PEERS);
    }
  }

  /**
   * Looks for one of many keys.
   *
   * @return the peers, nearest first
   */
  @Benchmark
  public List<?> nearest() {
    next = next + 1 & TARGETS - 1;
    return table.nearest(targets[next], KademliaLimits.BUCKET_SIZE, null);
  }
}

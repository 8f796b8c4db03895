package io.sluice.routing.host.memory;

import io.sluice.routing.host.Scheduler;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A network in the memory of one process: hosts that implement the seam for real, connections with
 * a latency, loss, machines that freeze or vanish. Everything runs on one scheduler and is decided
 * by one seed.
 */
public final class MemoryNetwork {
  /** After so long a host notices that a machine is gone without a word. */
  static final long KEEPALIVE_NS = 35_000_000_000L;

  private static final long LATENCY_MIN_NS = 200_000L;
  private static final long LATENCY_SPREAD_NS = 1_800_000L;

  final Scheduler scheduler;
  final SplittableRandom random;
  private final Map<Multiaddr, MemoryHost> hosts = new HashMap<>();
  private double loss;
  private long messages;
  private long bytes;

  /** An empty network. */
  public MemoryNetwork(Scheduler scheduler, long seed) {
    this.scheduler = scheduler;
    this.random = new SplittableRandom(seed);
  }

  /**
   * How many of the writes to streams are lost: nothing arrives on that side of the stream any
   * more, and nobody is told.
   */
  public void loss(double probability) {
    loss = probability;
  }

  /** Writes to streams so far. */
  public long messages() {
    return messages;
  }

  /** Bytes written to streams so far. */
  public long bytes() {
    return bytes;
  }

  /** A host that will listen at {@code address}. */
  public MemoryHost host(PeerId id, Multiaddr address) {
    return new MemoryHost(this, id, address);
  }

  boolean loses(int size) {
    messages++;
    bytes += size;
    return loss > 0 && random.nextDouble() < loss;
  }

  long latencyNs() {
    return LATENCY_MIN_NS + random.nextLong(LATENCY_SPREAD_NS);
  }

  boolean listen(Multiaddr address, MemoryHost host) {
    return hosts.putIfAbsent(address, host) == null;
  }

  void leave(Multiaddr address, MemoryHost host) {
    hosts.remove(address, host);
  }

  MemoryHost at(Multiaddr address) {
    return hosts.get(address);
  }
}

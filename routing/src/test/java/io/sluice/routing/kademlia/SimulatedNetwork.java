package io.sluice.routing.kademlia;

import io.sluice.routing.host.memory.Ignored;
import io.sluice.routing.host.memory.MemoryHost;
import io.sluice.routing.host.memory.MemoryNetwork;
import io.sluice.routing.host.memory.VirtualScheduler;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Many nodes in virtual time. */
final class SimulatedNetwork {
  static final long SECOND_NS = 1_000_000_000L;

  final VirtualScheduler scheduler = new VirtualScheduler();
  final MemoryNetwork network;
  final SplittableRandom random;
  final List<Node> nodes = new ArrayList<>();
  private final KademliaSettings settings;
  private int created;

  /** One node. */
  record Node(int number, MemoryHost host, Kademlia kademlia) {
    PeerId id() {
      return host.id();
    }
  }

  /** What a search has found. */
  static class Found implements ProviderListener {
    final List<PeerRecord> providers = new ArrayList<>();
    int firstHops = -1;
    long firstNs = -1;
    boolean ended;
    boolean complete;
    private final VirtualScheduler scheduler;

    Found(VirtualScheduler scheduler) {
      this.scheduler = scheduler;
    }

    @Override
    public boolean onProvider(PeerRecord provider, int hops) {
      if (providers.isEmpty()) {
        firstHops = hops;
        firstNs = scheduler.nowNs();
      }
      providers.add(provider);
      return true;
    }

    @Override
    public void onEnd(boolean all) {
      ended = true;
      complete = all;
    }
  }

  SimulatedNetwork(long seed, KademliaSettings settings) {
    this.network = new MemoryNetwork(scheduler, seed);
    this.random = new SplittableRandom(seed);
    this.settings = settings;
  }

  /** A node that has started and knows nobody. */
  Node add() {
    int number = created++;
    MemoryHost host = network.host(Peers.id(number), Peers.address(number));
    Kademlia kademlia = new Kademlia(host, scheduler, settings, random.nextLong());
    try {
      host.start();
    } catch (IOException taken) {
      throw new UncheckedIOException(taken);
    }
    kademlia.start();
    Node node = new Node(number, host, kademlia);
    nodes.add(node);
    return node;
  }

  /** A node that has started and is connecting to {@code others}. */
  Node join(Node... others) {
    Node node = add();
    for (Node other : others) {
      connect(node, other);
    }
    return node;
  }

  void connect(Node from, Node to) {
    from.host().connect(null, to.host().addresses(), 5 * SECOND_NS, new Ignored());
  }

  Node any() {
    return nodes.get(random.nextInt(nodes.size()));
  }

  /** Searches and lets time pass until it has ended. */
  Found find(Node node, ContentKey key, int wanted) {
    Found found = new Found(scheduler);
    node.kademlia().findProviders(key, wanted, found);
    scheduler.runUntil(() -> found.ended, 60 * SECOND_NS);
    return found;
  }

  void run(long seconds) {
    scheduler.runFor(seconds * SECOND_NS);
  }
}

package io.sluice.routing.kademlia;

import io.sluice.routing.kademlia.SimulatedNetwork.Found;
import io.sluice.routing.kademlia.SimulatedNetwork.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A network in which nodes come and go while others look up what nodes advertise. All in virtual
 * time, decided by a seed.
 */
final class ChurnSimulation {
  private static final int KEYS_PER_NODE = 4;
  private static final long STEP_NS = 100_000_000L;

  private final Plan plan;
  private final SimulatedNetwork network;
  private final List<Integer> hops = new ArrayList<>();
  private final List<Long> latenciesNs = new ArrayList<>();
  private int lookups;
  private int succeeded;
  private long questionsGone;
  private long recordsGone;
  private double nodeSeconds;

  /**
   * What is to happen.
   *
   * @param nodes at any time
   * @param churnPerMinute how much of the nodes leaves, and joins, per minute
   * @param loss how many writes are lost
   * @param warmUp before anything is counted
   * @param duration of what is counted
   * @param lookupsPerSecond of the whole network
   */
  record Plan(
      long seed,
      int nodes,
      double churnPerMinute,
      double loss,
      Duration warmUp,
      Duration duration,
      int lookupsPerSecond) {}

  /**
   * What has been seen.
   *
   * @param lookups of keys that a living node advertised
   * @param succeeded those that found it
   * @param hopsMedian answers it took to hear of the first provider
   * @param recordsPerNode kept for others, at the end
   * @param questionsPerNodeAndMinute asked
   * @param recordsPerNodeAndMinute sent to others
   */
  record Report(
      int lookups,
      int succeeded,
      int hopsMedian,
      int hops99,
      long millisMedian,
      long millis99,
      int recordsPerNode,
      double questionsPerNodeAndMinute,
      double recordsPerNodeAndMinute,
      double peersPerTable) {
    double success() {
      return succeeded / (double) lookups;
    }
  }

  ChurnSimulation(Plan plan) {
    this.plan = plan;
    this.network = new SimulatedNetwork(plan.seed(), KademliaSettings.defaults());
    network.network.loss(plan.loss());
  }

  /** Lets nodes come and go for a while, without counting anything. */
  void warmUp() {
    build();
    passTime(plan.warmUp().toNanos(), false);
  }

  /** Goes on and counts, after {@link #warmUp}. */
  Report run() {
    passTime(plan.duration().toNanos(), true);
    network.run(30);
    return report();
  }

  private void build() {
    for (int i = 0; i < plan.nodes(); i++) {
      addNode();
      network.scheduler.runFor(20_000_000L);
    }
  }

  private void addNode() {
    List<Node> bootstrap = new ArrayList<>();
    for (int i = 0; i < Math.min(3, network.nodes.size()); i++) {
      bootstrap.add(network.any());
    }
    Node node = network.join(bootstrap.toArray(Node[]::new));
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < KEYS_PER_NODE; i++) {
      keys.add(keyOf(node, i));
    }
    node.kademlia().advertise(ContentKeys.of(keys));
  }

  private static String keyOf(Node node, int number) {
    return "content " + number + " of " + node.number();
  }

  private void passTime(long durationNs, boolean counted) {
    double leaving = 0;
    double looking = 0;
    for (long passed = 0; passed < durationNs; passed += STEP_NS) {
      leaving += plan.nodes() * plan.churnPerMinute() * STEP_NS / 60e9;
      for (; leaving >= 1; leaving--) {
        replaceOne();
      }
      looking += counted ? plan.lookupsPerSecond() * STEP_NS / 1e9 : 0;
      for (; looking >= 1; looking--) {
        lookUp();
      }
      nodeSeconds += network.nodes.size() * STEP_NS / 1e9;
      network.scheduler.runFor(STEP_NS);
    }
  }

  /** Half of those that leave say so. */
  private void replaceOne() {
    Node gone = network.nodes.remove(network.random.nextInt(network.nodes.size()));
    if (network.random.nextBoolean()) {
      gone.host().vanish();
    }
    KademliaCounts counts = gone.kademlia().counts();
    questionsGone += counts.questionsAsked();
    recordsGone += counts.recordsSent();
    gone.kademlia().close();
    gone.host().close();
    addNode();
  }

  private void lookUp() {
    Node asker = network.any();
    Node provider = settled();
    if (provider == asker) {
      return;
    }
    ContentKey key = ContentKey.of(keyOf(provider, network.random.nextInt(KEYS_PER_NODE)));
    long startNs = network.scheduler.nowNs();
    Found found =
        new Found(network.scheduler) {
          @Override
          public void onEnd(boolean all) {
            super.onEnd(all);
            // Who has left meanwhile cannot be blamed on the lookup.
            if (network.nodes.contains(asker) && network.nodes.contains(provider)) {
              count(this, provider, startNs);
            }
          }
        };
    asker.kademlia().findProviders(key, 3, found);
  }

  /** A node that has been there for long enough to have advertised what it has. */
  private Node settled() {
    return network.nodes.get(network.random.nextInt(network.nodes.size() * 4 / 5));
  }

  private void count(Found found, Node provider, long startNs) {
    lookups++;
    if (found.providers.stream().anyMatch(each -> each.id().equals(provider.id()))) {
      succeeded++;
      hops.add(found.firstHops);
      latenciesNs.add(found.firstNs - startNs);
    }
  }

  private Report report() {
    Collections.sort(hops);
    Collections.sort(latenciesNs);
    long questions = questionsGone;
    long sent = recordsGone;
    long records = 0;
    long table = 0;
    for (Node node : network.nodes) {
      KademliaCounts counts = node.kademlia().counts();
      questions += counts.questionsAsked();
      sent += counts.recordsSent();
      records += counts.records();
      table += counts.tablePeers();
    }
    int nodes = network.nodes.size();
    return new Report(
        lookups,
        succeeded,
        hops.get(hops.size() / 2),
        hops.get(hops.size() * 99 / 100),
        latenciesNs.get(latenciesNs.size() / 2) / 1_000_000,
        latenciesNs.get(latenciesNs.size() * 99 / 100) / 1_000_000,
        (int) (records / nodes),
        questions * 60 / nodeSeconds,
        sent * 60 / nodeSeconds,
        table / (double) nodes);
  }
}

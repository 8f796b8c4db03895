package io.sluice.routing.kademlia;

import io.sluice.routing.host.PeerHost;
import io.sluice.routing.host.Scheduler;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Keeps the routing table alive: takes in who speaks the protocol and answers a question, as go
 * does; checks who has not answered for long or whose connection has ended; looks up our own
 * position and one in each bucket now and then, so that the table follows the network.
 */
final class TableKeeper {
  private static final int RANDOM_KEY_BYTES = 34;

  private final KademliaNetwork network;
  private final PeerHost host;
  private final Position self;
  private final Departures departures;
  private final SplittableRandom random;
  private final Set<PeerId> checking = new HashSet<>();
  private final long[] lookedUpNs = new long[KademliaLimits.REFRESH_PREFIX_MAX + 1];
  private final boolean[] lookedUp = new boolean[KademliaLimits.REFRESH_PREFIX_MAX + 1];
  private boolean refreshing;
  private boolean refreshAgain;
  private boolean closed;
  private Scheduler.Timer periodic;

  TableKeeper(KademliaNetwork network, PeerHost host, Departures departures, long seed) {
    this.network = network;
    this.host = host;
    this.self = Position.of(network.self());
    this.departures = departures;
    this.random = new SplittableRandom(seed);
  }

  /** Begins to refresh from time to time. */
  void start() {
    scheduleRefresh();
  }

  void close() {
    closed = true;
    if (periodic != null) {
      periodic.cancel();
    }
  }

  /** A connected peer speaks the protocol. */
  void found(PeerId peer, List<Multiaddr> addresses) {
    Contact contact = network.table().find(peer);
    if (contact != null) {
      contact.moved(addresses);
    } else if (network.table().wants(peer, Position.of(peer))) {
      check(peer, addresses);
    }
  }

  /** A peer has answered: it may stay in the table, or come in. */
  void answered(PeerId peer, Position position, List<Multiaddr> addresses) {
    RoutingTable table = network.table();
    int before = table.size();
    table.answered(peer, position, addresses, network.scheduler().nowNs());
    if (table.size() > before && before < KademliaLimits.FEW_PEERS) {
      refresh();
    }
  }

  /** A peer could not be reached, has not answered, or speaks the protocol no more. */
  void failed(PeerId peer) {
    if (network.table().find(peer) == null) {
      return;
    }
    departures.departed();
    Contact substitute = network.table().remove(peer);
    if (substitute != null) {
      check(substitute.id(), substitute.addresses());
    }
  }

  /** The connection to a peer has ended, which may mean anything. */
  void disconnected(PeerId peer) {
    if (network.table().find(peer) != null) {
      long delayNs = random.nextLong(KademliaLimits.CHECK_SPREAD_NS);
      network.scheduler().schedule(delayNs, () -> checkIfGone(peer));
    }
  }

  private void checkIfGone(PeerId peer) {
    Contact contact = network.table().find(peer);
    if (contact != null && !host.isConnected(peer)) {
      check(peer, contact.addresses());
    }
  }

  /** A lookup for a key has reached its end: the bucket of that key needs no refresh for now. */
  void lookedUp(Position target) {
    int prefix = self.commonPrefix(target);
    if (prefix <= KademliaLimits.REFRESH_PREFIX_MAX) {
      lookedUp[prefix] = true;
      lookedUpNs[prefix] = network.scheduler().nowNs();
    }
  }

  /** Asks a peer for itself, as go does; whoever answers is alive. */
  private void check(PeerId peer, List<Multiaddr> addresses) {
    if (closed || checking.size() >= KademliaLimits.CHECKS_MAX || !checking.add(peer)) {
      return;
    }
    KademliaMessage question = KademliaMessage.request(MessageType.FIND_NODE, peer.toBytes());
    network
        .calls()
        .ask(
            peer,
            network.addressesOf(peer, addresses),
            question,
            new PeerCalls.Answer() {
              @Override
              public void onAnswer(KademliaMessage answer) {
                checking.remove(peer);
                checked(peer, addresses, answer);
              }

              @Override
              public void onFailed(String reason) {
                checking.remove(peer);
                failed(peer);
              }
            });
  }

  private void checked(PeerId peer, List<Multiaddr> addresses, KademliaMessage answer) {
    boolean knowsNobody = answer.closerPeers().isEmpty();
    if (knowsNobody && network.table().size() >= KademliaLimits.BUCKET_SIZE) {
      failed(peer);
    } else {
      network.answered(peer, Position.of(peer), addresses);
    }
  }

  private void scheduleRefresh() {
    long intervalNs = network.settings().refreshInterval().toNanos();
    // Nodes that start together shall not refresh together for ever.
    long delayNs = intervalNs - random.nextLong(1 + intervalNs / 10);
    periodic =
        network
            .scheduler()
            .schedule(
                delayNs,
                () -> {
                  refresh();
                  scheduleRefresh();
                });
  }

  /** Looks up what has not been looked up for long; once more afterwards if asked meanwhile. */
  void refresh() {
    if (closed || network.table().size() == 0) {
      return;
    }
    if (refreshing) {
      refreshAgain = true;
      return;
    }
    refreshing = true;
    checkStale();
    lookUp(network.self().toBytes(), self, Query.Extent.ALL_NEAREST, 0);
  }

  private void checkStale() {
    long staleNs = network.scheduler().nowNs() - network.settings().refreshInterval().toNanos();
    for (Contact contact : network.table().all()) {
      if (contact.answeredNs() - staleNs < 0) {
        check(contact.id(), contact.addresses());
      }
    }
  }

  /** Looks up a key, then one in the bucket {@code next}, and so on. */
  private void lookUp(byte[] key, Position target, Query.Extent extent, int next) {
    new Query(
            network,
            target,
            KademliaMessage.request(MessageType.FIND_NODE, key),
            extent,
            -1,
            new Query.Listener() {
              @Override
              public boolean onAnswer(KademliaMessage answer, int hops) {
                return false;
              }

              @Override
              public void onEnd(List<PeerRecord> nearest, boolean complete) {
                if (complete) {
                  lookedUp(target);
                }
                // Not from within: a table full of dead peers would nest once per bucket.
                network.scheduler().execute(() -> refreshBucket(next));
              }
            })
        .start();
  }

  /**
   * Refreshes the first bucket from {@code first} on that needs it. Those deep ones that hold no
   * more than k peers together have just been filled by the lookup of our own position.
   */
  private void refreshBucket(int first) {
    RoutingTable table = network.table();
    int bucketSize = KademliaLimits.BUCKET_SIZE;
    long freshNs = network.scheduler().nowNs() - network.settings().refreshInterval().toNanos() / 2;
    for (int prefix = first;
        prefix <= KademliaLimits.REFRESH_PREFIX_MAX && table.sizeFrom(prefix) > bucketSize;
        prefix++) {
      if (!closed && (!lookedUp[prefix] || lookedUpNs[prefix] - freshNs < 0)) {
        byte[] key = randomKey(prefix);
        boolean full = table.bucketSize(prefix) >= bucketSize;
        Query.Extent extent = full ? Query.Extent.CONVERGENCE : Query.Extent.ALL_NEAREST;
        lookUp(key, Position.of(key), extent, prefix + 1);
        return;
      }
    }
    refreshing = false;
    if (refreshAgain) {
      refreshAgain = false;
      refresh();
    }
  }

  /** Some key whose position shares exactly {@code prefix} bits with ours. */
  private byte[] randomKey(int prefix) {
    byte[] key = new byte[RANDOM_KEY_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(key).put((byte) 0x12).put((byte) 32);
    do {
      buffer.position(2);
      buffer.putLong(random.nextLong()).putLong(random.nextLong());
    } while (self.commonPrefix(Position.of(key)) != prefix);
    return key;
  }
}

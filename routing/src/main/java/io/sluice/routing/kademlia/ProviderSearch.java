package io.sluice.routing.kademlia;

import io.sluice.routing.host.Scheduler;
import io.sluice.routing.multiformat.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A search for the providers of one key: first in the records kept here, then, when those are too
 * few, at the peers nearest to the key. Ends as soon as enough are found.
 *
 * <p>A provider that is only known from a record kept here, and to which there is no connection,
 * may be long gone: others come first, for a moment.
 */
public final class ProviderSearch {
  private final KademliaNetwork network;
  private final ProviderListener listener;
  private final Set<PeerId> named = new HashSet<>();
  private final Map<PeerId, PeerRecord> uncertain = new LinkedHashMap<>();
  private Scheduler.Timer timer;
  private final Query query;
  private int wanted;
  private int counted;
  private boolean ended;

  ProviderSearch(KademliaNetwork network, ContentKey key, int wanted, ProviderListener listener) {
    this.network = network;
    this.wanted = wanted;
    this.listener = listener;
    this.query =
        new Query(
            network,
            key.position(),
            KademliaMessage.request(MessageType.GET_PROVIDERS, key.wire()),
            Query.Extent.ALL_NEAREST,
            network.settings().idleWait().toNanos(),
            new Query.Listener() {
              @Override
              public boolean onAnswer(KademliaMessage answer, int hops) {
                return heard(answer.providerPeers(), hops);
              }

              @Override
              public void onEnd(List<PeerRecord> nearest, boolean complete) {
                end(complete);
              }
            });
  }

  /** Looks for at least {@code count} providers from now on. */
  public void want(int count) {
    wanted = Math.max(wanted, count);
  }

  /** Ends the search; the listener hears so. */
  public void stop() {
    query.stop();
  }

  void start(List<PeerRecord> known) {
    for (PeerRecord provider : bestFirst(known)) {
      if (network.isConnected(provider.id())) {
        name(provider, 0);
      } else {
        uncertain.put(provider.id(), provider);
      }
    }
    if (counted >= wanted) {
      end(false);
      return;
    }
    if (!uncertain.isEmpty()) {
      timer = network.scheduler().schedule(KademliaLimits.UNCERTAIN_WAIT_NS, this::nameUncertain);
    }
    query.start();
  }

  private void nameUncertain() {
    List<PeerRecord> waited = List.copyOf(uncertain.values());
    uncertain.clear();
    if (heard(waited, 0)) {
      query.stop();
    }
  }

  private boolean heard(List<PeerRecord> providers, int hops) {
    for (PeerRecord provider : bestFirst(providers)) {
      if (!provider.addresses().isEmpty() && !uncertain.containsKey(provider.id())) {
        name(provider, hops);
      }
    }
    return counted >= wanted;
  }

  /** Those of equal rank stay in the order in which they came, which is random. */
  private List<PeerRecord> bestFirst(List<PeerRecord> providers) {
    if (providers.size() < 2) {
      return providers;
    }
    List<PeerRecord> sorted = new ArrayList<>(providers);
    sorted.sort(Comparator.comparingInt(provider -> network.rank(provider.id())));
    return sorted;
  }

  private void name(PeerRecord provider, int hops) {
    if (counted < wanted
        && !provider.id().equals(network.self())
        && named.add(provider.id())
        && listener.onProvider(provider, hops)) {
      counted++;
    }
  }

  private void end(boolean complete) {
    if (ended) {
      return;
    }
    ended = true;
    if (timer != null) {
      timer.cancel();
    }
    List<PeerRecord> last = List.copyOf(uncertain.values());
    uncertain.clear();
    heard(last, 0);
    listener.onEnd(complete);
  }
}

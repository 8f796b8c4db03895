package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What connected peers say of themselves. */
final class PeerBook {
  /**
   * How a peer names its zone: a protocol that nobody speaks, since identify has no better place
   * that others overlook.
   */
  static final String ZONE_PROTOCOL = "/sluice/zone/";

  private static final int ZONE_CHARACTERS_MAX = 64;

  private final Map<PeerId, Entry> entries = new HashMap<>();

  /** One peer. */
  static final class Entry {
    final long sinceNs;
    List<Multiaddr> addresses;
    boolean speaksKademlia;
    String zone;
    long usedNs;

    Entry(long nowNs) {
      this.sinceNs = nowNs;
      this.usedNs = nowNs;
    }
  }

  int size() {
    return entries.size();
  }

  /** The peers of the book with their entries; not to be changed. */
  Map<PeerId, Entry> all() {
    return entries;
  }

  /** Null when the peer is not connected, or has not said anything yet. */
  Entry find(PeerId peer) {
    return entries.get(peer);
  }

  /** Notes what a peer has said; null when the book is full. */
  Entry identified(
      PeerId peer, List<String> protocols, List<Multiaddr> addresses, String kademlia, long nowNs) {
    Entry entry = entries.get(peer);
    if (entry == null) {
      if (entries.size() >= KademliaLimits.PEERS_KNOWN) {
        return null;
      }
      entry = new Entry(nowNs);
      entries.put(peer, entry);
    }
    entry.addresses = usable(addresses);
    entry.speaksKademlia = protocols.contains(kademlia);
    entry.zone = zone(protocols);
    return entry;
  }

  void disconnected(PeerId peer) {
    entries.remove(peer);
  }

  private static List<Multiaddr> usable(List<Multiaddr> addresses) {
    return addresses.stream()
        .filter(address -> Endpoints.isUsable(address.toBytes()))
        .limit(KademliaLimits.ADDRESSES_PER_PEER)
        .toList();
  }

  private static String zone(List<String> protocols) {
    for (String protocol : protocols) {
      if (protocol.startsWith(ZONE_PROTOCOL)
          && protocol.length() <= ZONE_PROTOCOL.length() + ZONE_CHARACTERS_MAX) {
        return protocol.substring(ZONE_PROTOCOL.length());
      }
    }
    return "";
  }
}

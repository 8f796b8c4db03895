package io.sluice.routing.kademlia;

import java.util.List;

/**
 * A request or an answer.
 *
 * @param type the same in an answer as in its request
 * @param key what is asked for, empty where the type needs none; not to be changed
 * @param closerPeers peers near the key
 * @param providerPeers peers that have the content of the key
 */
record KademliaMessage(
    MessageType type, byte[] key, List<PeerRecord> closerPeers, List<PeerRecord> providerPeers) {
  private static final byte[] NO_KEY = new byte[0];

  static KademliaMessage request(MessageType type, byte[] key) {
    return new KademliaMessage(type, key, List.of(), List.of());
  }

  static KademliaMessage ping() {
    return request(MessageType.PING, NO_KEY);
  }
}

package io.sluice.routing.libp2p;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our Kademlia and that of js-libp2p. */
@Tag("js")
class JsKademliaTest {
  @Test
  void threeNodesFindWhatTheOthersHave() throws Exception {
    try (KademliaInterop network = new KademliaInterop(ForeignPeer.jsKademlia(2), 2, 1)) {
      network.eachFindsWhatTheOthersHave();
    }
    try (KademliaInterop network = new KademliaInterop(ForeignPeer.jsKademlia(1), 1, 2)) {
      network.eachFindsWhatTheOthersHave();
    }
  }

  @Test
  void fortyNodesFindWhatTheOthersHave() throws Exception {
    try (KademliaInterop network = new KademliaInterop(ForeignPeer.jsKademlia(20), 20, 20)) {
      network.eachFindsWhatTheOthersHave();
    }
  }
}

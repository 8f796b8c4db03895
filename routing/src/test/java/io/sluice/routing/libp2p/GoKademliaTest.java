package io.sluice.routing.libp2p;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our Kademlia and that of go-libp2p. */
@Tag("go")
class GoKademliaTest {
  @Test
  void threeNodesFindWhatTheOthersHave() throws Exception {
    try (KademliaInterop network = new KademliaInterop(ForeignPeer.goKademlia(2), 2, 1)) {
      network.eachFindsWhatTheOthersHave();
    }
    try (KademliaInterop network = new KademliaInterop(ForeignPeer.goKademlia(1), 1, 2)) {
      network.eachFindsWhatTheOthersHave();
    }
  }

  @Test
  void fortyNodesFindWhatTheOthersHave() throws Exception {
    try (KademliaInterop network = new KademliaInterop(ForeignPeer.goKademlia(20), 20, 20)) {
      network.eachFindsWhatTheOthersHave();
    }
  }

  @Test
  void weAreAdmittedToItsTableAndKeptWhenItRefreshes() throws Exception {
    try (KademliaInterop network = new KademliaInterop(ForeignPeer.goKademlia(1), 1, 5)) {
      network.weAreAdmitted();
      network.weAreKept();
    }
  }
}

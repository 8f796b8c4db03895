package io.sluice.routing.libp2p;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This host and go-libp2p. */
@Tag("go")
class GoInteropTest {
  @Test
  void weDial() throws Exception {
    try (ForeignPeer peer = ForeignPeer.go(null);
        TestNode node = TestNode.start()) {
      Interop.weDial(peer, node);
    }
  }

  @Test
  void itDials() throws Exception {
    try (ForeignPeer peer = ForeignPeer.go(null);
        TestNode node = TestNode.start()) {
      Interop.itDials(peer, node);
    }
  }

  @Test
  void bothDial() throws Exception {
    try (ForeignPeer peer = ForeignPeer.go(null);
        TestNode node = TestNode.start()) {
      Interop.bothDial(peer, node);
    }
  }

  @Test
  void inAPrivateNetwork(@TempDir Path directory) throws Exception {
    Interop.inAPrivateNetwork(ForeignPeer::go, directory);
  }
}

package io.sluice.routing.libp2p;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This host and js-libp2p. */
@Tag("js")
class JsInteropTest {
  @Test
  void weDial() throws Exception {
    try (ForeignPeer peer = ForeignPeer.js(null);
        TestNode node = TestNode.start()) {
      Interop.weDial(peer, node);
    }
  }

  @Test
  void itDials() throws Exception {
    try (ForeignPeer peer = ForeignPeer.js(null);
        TestNode node = TestNode.start()) {
      Interop.itDials(peer, node);
    }
  }

  @Test
  void bothDial() throws Exception {
    try (ForeignPeer peer = ForeignPeer.js(null);
        TestNode node = TestNode.start()) {
      Interop.bothDial(peer, node);
    }
  }

  @Test
  void inAPrivateNetwork(@TempDir Path directory) throws Exception {
    Interop.inAPrivateNetwork(ForeignPeer::js, directory);
  }
}

package io.sluice.routing.multiformat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/**
 * Arbitrary bytes as addresses and ids: they are refused in words, or come back as they were. Seeds
 * are replayed by default; set {@code JAZZER_FUZZ=1} to search for more.
 */
class MultiaddrFuzzTest {
  @FuzzTest(maxDuration = "2m")
  void binary(byte[] bytes) throws MalformedException {
    Multiaddr address;
    try {
      address = Multiaddr.of(bytes);
    } catch (MalformedException e) {
      assertFalse(e.getMessage().isEmpty());
      return;
    }
    assertArrayEquals(bytes, address.toBytes());
    String text = address.toString();
    if (text.contains("/unknown/")) {
      assertEquals(-1, address.tcpPort());
      assertNull(address.peer());
    } else {
      assertEquals(address, Multiaddr.parse(text));
    }
    if (address.tcpPort() >= 0) {
      assertEquals(address.ip() == null, address.hostName() != null);
    }
    if (address.peer() != null) {
      assertEquals(address, address.withoutPeer().withPeer(address.peer()));
    }
  }

  @FuzzTest(maxDuration = "2m")
  void text(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      Multiaddr address = Multiaddr.parse(text);
      // One spelling is the canonical one, and means the same.
      assertEquals(address, Multiaddr.parse(address.toString()));
    } catch (MalformedException e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }

  @FuzzTest(maxDuration = "2m")
  void peerId(byte[] bytes) {
    try {
      PeerId id = PeerId.of(bytes);
      assertArrayEquals(bytes, id.toBytes());
      assertEquals(id, PeerId.parse(id.toString()));
      assertEquals(id, PeerId.parse(Cid.of(Cid.LIBP2P_KEY, bytes).toString()));
    } catch (MalformedException e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }
}

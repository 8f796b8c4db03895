package io.sluice.routing.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerJsonTest {
  private static final String ID = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";
  private static final String ADDRESS = "/ip4/192.0.2.1/tcp/5001";
  private static final String OBJECT =
      "{\"ID\":\"" + ID + "\",\"Addrs\":[\"" + ADDRESS + "\",\"/ip6/2001:db8::1/tcp/5001\"]}";

  @Test
  void anObjectAndAnArrayAreRead() throws MalformedException {
    for (String json : List.of(OBJECT, "[" + OBJECT + "]", " [ " + OBJECT + " ] \n")) {
      List<BootstrapPeer> peers = PeerJson.parse(json);
      assertEquals(1, peers.size());
      assertEquals(PeerId.parse(ID), peers.getFirst().id());
      assertEquals(2, peers.getFirst().addresses().size());
      assertEquals(Multiaddr.parse(ADDRESS), peers.getFirst().addresses().getFirst());
    }
    assertEquals(2, PeerJson.parse("[" + OBJECT + "," + OBJECT + "]").size());
    assertEquals(List.of(), PeerJson.parse("[]"));
  }

  @Test
  void anIdMayBeMissingAndSoMayAddresses() throws MalformedException {
    assertNull(PeerJson.parse("{\"ID\":\"\",\"Addrs\":[]}").getFirst().id());
    assertNull(PeerJson.parse("{}").getFirst().id());
    assertEquals(List.of(), PeerJson.parse("{\"Addrs\":null}").getFirst().addresses());
  }

  @Test
  void whatIsNotKnownIsPassedOver() throws MalformedException {
    String json =
        "{\"more\":{\"a\":[1,-2.5e3,true,null,\"\\u0041\\n\"],\"b\":{}},\"Addrs\":[\""
            + ADDRESS
            + "\",\"/new/kind\"],\"x\":[]}";
    assertEquals(List.of(Multiaddr.parse(ADDRESS)), PeerJson.parse(json).getFirst().addresses());
  }

  @Test
  void whatIsWrittenIsReadAgain() throws MalformedException {
    List<Multiaddr> addresses = List.of(Multiaddr.parse(ADDRESS));
    for (boolean array : new boolean[] {false, true}) {
      String json = PeerJson.format(PeerId.parse(ID), addresses, array);
      assertEquals(List.of(new BootstrapPeer(PeerId.parse(ID), addresses)), PeerJson.parse(json));
    }
    assertEquals(
        "{\"ID\":\"" + ID + "\",\"Addrs\":[\"" + ADDRESS + "\"]}",
        PeerJson.format(PeerId.parse(ID), addresses, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[",
        "nonsense",
        "{\"ID\":}",
        "{\"ID\":\"x\"}",
        "[{}",
        "{} {}",
        "\"",
        "{\"a\" 1}",
        "{\"a\":\"\\",
        "{\"a\":\"\\u12",
        "[{},]",
        "{\"ID\":5}"
      })
  void otherThingsAreRefused(String json) {
    assertThrows(MalformedException.class, () -> PeerJson.parse(json));
  }

  @Test
  void depthIsLimited() {
    String deep = "{\"a\":" + "[".repeat(100_000);
    assertThrows(MalformedException.class, () -> PeerJson.parse(deep));
  }

  @Test
  void noiseIsRefusedAndNothingElseHappens() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder bad = new StringBuilder(OBJECT);
      for (int j = random.nextInt(1, 4); j > 0; j--) {
        bad.setCharAt(random.nextInt(bad.length()), (char) random.nextInt(32, 127));
      }
      try {
        PeerJson.parse(bad.toString());
      } catch (MalformedException refused) {
        // As it should be.
      } catch (RuntimeException broken) {
        throw new AssertionError("seed " + seed + ": " + bad, broken);
      }
    }
  }
}

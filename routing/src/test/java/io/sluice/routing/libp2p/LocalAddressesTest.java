package io.sluice.routing.libp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.routing.multiformat.Multiaddr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalAddressesTest {
  private static final InetSocketAddress LOOPBACK = new InetSocketAddress("127.0.0.1", 5001);
  private static final InetSocketAddress OTHER = new InetSocketAddress("192.0.2.1", 5001);

  @Test
  void loopbackIsToldWhenThereIsNothingElse() throws Exception {
    Multiaddr loopback = Multiaddr.parse("/ip4/127.0.0.1/tcp/5001");
    Multiaddr other = Multiaddr.parse("/ip4/192.0.2.1/tcp/5001");
    assertEquals(List.of(loopback), LocalAddresses.of(List.of(LOOPBACK)));
    assertEquals(List.of(other), LocalAddresses.of(List.of(LOOPBACK, OTHER, OTHER)));
    assertEquals(List.of(), LocalAddresses.of(List.of()));
  }

  @Test
  void allAddressesAreThoseOfTheInterfaces() throws Exception {
    List<Multiaddr> told = LocalAddresses.of(List.of(new InetSocketAddress("0.0.0.0", 5001)));
    assertFalse(told.isEmpty());
    for (Multiaddr address : told) {
      InetAddress ip = address.ip();
      assertEquals(4, ip.getAddress().length);
      assertEquals(5001, address.tcpPort());
      assertFalse(ip.isAnyLocalAddress() || ip.isLinkLocalAddress());
      assertTrue(told.size() == 1 || !ip.isLoopbackAddress());
    }
  }
}

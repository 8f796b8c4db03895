package io.sluice.routing.libp2p;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final InetAddress ONE = ip(192, 0, 2, 1);
  private static final InetAddress TWO = ip(192, 0, 2, 2);

  @Test
  void anAddressHasSoManyConnectionsAndOthersHaveTheirs() {
    Admission admission = new Admission(2, 100);
    assertNull(admission.admit(ONE, 0));
    assertNull(admission.admit(ONE, 0));
    assertTrue(admission.admit(ONE, 0).contains("2 connections"));
    assertNull(admission.admit(TWO, 0));
    admission.release(ONE);
    assertNull(admission.admit(ONE, 0));
    assertNotNull(admission.admit(ONE, 0));
  }

  @Test
  void handshakesComeBackOneAfterAnother() {
    Admission admission = new Admission(100, 3);
    for (int i = 0; i < 3; i++) {
      assertNull(admission.admit(ONE, 0));
      admission.release(ONE);
    }
    long intervalNs = HostLimits.HANDSHAKE_INTERVAL_NS;
    assertTrue(admission.admit(ONE, intervalNs - 1).contains("too often"));
    assertNull(admission.admit(ONE, intervalNs));
    assertNotNull(admission.admit(ONE, intervalNs));
    assertNull(admission.admit(TWO, intervalNs));
    for (int i = 0; i < 3; i++) {
      assertNull(admission.admit(ONE, 100 * intervalNs), "no more than the burst is saved up");
    }
    assertNotNull(admission.admit(ONE, 100 * intervalNs));
  }

  @Test
  void manyAddressesOfOneIp6NetworkAreOne() throws UnknownHostException {
    Admission admission = new Admission(1, 100);
    assertNull(admission.admit(InetAddress.getByName("2001:db8::1"), 0));
    assertNotNull(admission.admit(InetAddress.getByName("2001:db8::2:3:4"), 0));
    assertNull(admission.admit(InetAddress.getByName("2001:db8:0:1::1"), 0));
  }

  @Test
  void soManyAddressesAreRememberedAndThoseConnectedAmongThem() {
    Admission admission = new Admission(1, 100);
    assertNull(admission.admit(ONE, 0));
    for (int i = 0; i < 3 * HostLimits.HANDSHAKE_ADDRESSES; i++) {
      InetAddress address = ip(10, 0, i >> 8, i & 0xff);
      assertNull(admission.admit(address, 0));
      admission.release(address);
    }
    assertEquals(HostLimits.HANDSHAKE_ADDRESSES, admission.addresses());
    assertNotNull(admission.admit(ONE, 0));
  }

  private static InetAddress ip(int a, int b, int c, int d) {
    try {
      return InetAddress.getByAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;

/** Which addresses a host on TCP can dial without asking anybody: an IP address and a port. */
final class Endpoints {
  private static final int IP4 = 4;
  private static final int TCP = 6;
  private static final int IP6 = 41;
  private static final int IP4_TCP_BYTES = 8;
  private static final int IP6_TCP_BYTES = 20;

  private Endpoints() {}

  /** Whether these bytes are such an address, with or without the id of its peer. */
  static boolean isUsable(byte[] address) {
    // Nearly all look like this; a closer look costs more than all the rest of a record.
    if (address.length == IP4_TCP_BYTES && address[0] == IP4 && address[5] == TCP
        || address.length == IP6_TCP_BYTES && address[0] == IP6 && address[17] == TCP) {
      return true;
    }
    try {
      Multiaddr parsed = Multiaddr.of(address);
      return parsed.tcpPort() > 0 && parsed.ip() != null;
    } catch (MalformedException other) {
      return false;
    }
  }
}

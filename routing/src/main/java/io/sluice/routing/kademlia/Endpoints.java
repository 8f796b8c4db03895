package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.Multiaddr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * What of a multiaddr matters here: an IP address, then {@code tcp}. Addresses of any other kind
 * cannot be dialled by a host on TCP.
 */
final class Endpoints {
  private static final int IP4 = 4;
  private static final int TCP = 6;
  private static final int IP6 = 41;

  private Endpoints() {}

  /** Whether these bytes begin with an IP address and a TCP port. */
  static boolean isUsable(byte[] address) {
    int ipBytes = ipBytes(address);
    return ipBytes > 0 && address.length >= 1 + ipBytes + 3 && address[1 + ipBytes] == TCP;
  }

  /** The IP address a multiaddr begins with; null when it begins with something else. */
  static InetAddress ip(Multiaddr address) {
    byte[] bytes = address.toBytes();
    int ipBytes = ipBytes(bytes);
    if (ipBytes == 0) {
      return null;
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 1, 1 + ipBytes));
    } catch (UnknownHostException wrongLength) {
      return null;
    }
  }

  private static int ipBytes(byte[] address) {
    if (address.length >= 5 && address[0] == IP4) {
      return 4;
    }
    return address.length >= 17 && address[0] == IP6 ? 16 : 0;
  }
}

package io.sluice.server.metrics;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A peer's address as text, from the numbers that a loop knows it by. For the control plane. */
final class PeerName {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private PeerName() {}

  /**
   * The name.
   *
   * @param high first half of an IPv6 address, as it lies in memory
   * @param low second half of it, or the IPv4 address
   * @param port as it lies in memory
   * @return {@code host:port}, with brackets around an IPv6 address
   */
  static String of(long high, long low, boolean ipv4, short port) {
    ByteBuffer bytes = ByteBuffer.allocate(ipv4 ? IPV4_BYTES : IPV6_BYTES);
    bytes.order(ByteOrder.nativeOrder());
    if (ipv4) {
      bytes.putInt((int) low);
    } else {
      bytes.putLong(high).putLong(low);
    }
    // Ports lie in memory with their high byte first.
    boolean swapped = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    int number = (swapped ? Short.reverseBytes(port) : port) & 0xffff;
    try {
      String host = InetAddress.getByAddress(bytes.array()).getHostAddress();
      return host.indexOf(':') < 0 ? host + ":" + number : "[" + host + "]:" + number;
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + bytes.capacity() + " bytes", e);
    }
  }
}

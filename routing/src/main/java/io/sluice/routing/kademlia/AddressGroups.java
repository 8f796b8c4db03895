package io.sluice.routing.kademlia;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How many peers are at one place, so that one machine with many identities does not fill a table
 * or an answer. A place is an IPv4 address or an IPv6 network of 64 bits. Loopback does not count:
 * who is there is this machine.
 */
final class AddressGroups {
  private static final int IP6_NETWORK_BYTES = 8;

  private final int peersPerGroup;
  private final Map<String, Integer> counts = new HashMap<>();

  AddressGroups(int peersPerGroup) {
    this.peersPerGroup = peersPerGroup;
  }

  /** Counts one more peer at {@code ip}; false, and not counted, when there are enough. */
  boolean tryAdd(InetAddress ip) {
    if (ip == null || ip.isLoopbackAddress()) {
      return true;
    }
    String group = group(ip);
    int count = counts.getOrDefault(group, 0);
    if (count >= peersPerGroup) {
      return false;
    }
    counts.put(group, count + 1);
    return true;
  }

  /** One peer fewer at {@code ip}. */
  void remove(InetAddress ip) {
    if (ip == null || ip.isLoopbackAddress()) {
      return;
    }
    counts.computeIfPresent(group(ip), (group, count) -> count == 1 ? null : count - 1);
  }

  private static String group(InetAddress ip) {
    byte[] bytes = ip.getAddress();
    return ip instanceof Inet4Address
        ? Arrays.toString(bytes)
        : Arrays.toString(Arrays.copyOf(bytes, IP6_NETWORK_BYTES));
  }
}

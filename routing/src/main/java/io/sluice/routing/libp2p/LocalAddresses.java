package io.sluice.routing.libp2p;

import io.sluice.routing.multiformat.Multiaddr;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** Where others can reach sockets that listen here. */
final class LocalAddresses {
  private LocalAddresses() {}

  /**
   * The addresses to be told to others: those that sockets are bound to; of one that is bound to
   * all addresses, those of all network interfaces. Loopback addresses only when there are no
   * others.
   */
  static List<Multiaddr> of(List<InetSocketAddress> sockets) {
    List<InetSocketAddress> all = new ArrayList<>();
    for (InetSocketAddress socket : sockets) {
      if (socket.getAddress().isAnyLocalAddress()) {
        boolean ip4Only = socket.getAddress() instanceof Inet4Address;
        for (InetAddress address : interfaceAddresses()) {
          if (!ip4Only || address instanceof Inet4Address) {
            all.add(new InetSocketAddress(address, socket.getPort()));
          }
        }
      } else {
        all.add(socket);
      }
    }
    boolean others = all.stream().anyMatch(socket -> !socket.getAddress().isLoopbackAddress());
    List<Multiaddr> addresses = new ArrayList<>();
    for (InetSocketAddress socket : all) {
      Multiaddr address = Multiaddr.ofTcp(socket);
      boolean told = !others || !socket.getAddress().isLoopbackAddress();
      if (told && !addresses.contains(address)) {
        addresses.add(address);
      }
    }
    return List.copyOf(addresses);
  }

  private static List<InetAddress> interfaceAddresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(LocalAddresses::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          // Those mean something on one link only.
          .filter(address -> !address.isLinkLocalAddress())
          .toList();
    } catch (SocketException e) {
      return List.of(InetAddress.getLoopbackAddress());
    }
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp();
    } catch (SocketException e) {
      return false;
    }
  }
}

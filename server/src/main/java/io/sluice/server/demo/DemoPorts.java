package io.sluice.server.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Finds TCP ports that nobody listens on. */
final class DemoPorts {
  private static final int ATTEMPTS = 100;

  private DemoPorts() {}

  /**
   * A port that is free at all of these addresses.
   *
   * @throws IOException when none is found
   */
  static int free(String... hosts) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port;
      try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getByName(hosts[0]))) {
        port = any.getLocalPort();
      }
      if (isFree(port, hosts)) {
        return port;
      }
    }
    throw new IOException("no TCP port is free at " + String.join(" and ", hosts));
  }

  private static boolean isFree(int port, String... hosts) {
    for (String host : hosts) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(host, port));
      } catch (IOException taken) {
        return false;
      }
    }
    return true;
  }
}

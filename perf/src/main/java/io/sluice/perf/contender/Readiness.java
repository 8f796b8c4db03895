package io.sluice.perf.contender;

import io.sluice.perf.confine.ConfinedProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;

/** Ports for contenders, and waiting until they answer. */
final class Readiness {
  private static final long TIMEOUT_NS = 30_000_000_000L;
  private static final int POLL_MS = 50;
  private static final int HTTP_TIMEOUT_MS = 2_000;

  private Readiness() {}

  /**
   * A loopback port that was free a moment ago.
   *
   * @return the address
   * @throws IOException when there is none
   */
  static InetSocketAddress freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return new InetSocketAddress("127.0.0.1", socket.getLocalPort());
    }
  }

  /**
   * Waits until HEAD of a path is answered with 200.
   *
   * @param running the contender
   * @param path the path
   * @throws IOException when the process ends, or does not answer in time
   * @throws InterruptedException when this thread is interrupted
   */
  static void await(Running running, String path) throws IOException, InterruptedException {
    ConfinedProcess process = running.process();
    long startNs = System.nanoTime();
    String last = "nothing";
    while (System.nanoTime() - startNs < TIMEOUT_NS) {
      if (!process.running()) {
        throw new IOException(running.name() + " ended at once and said:\n" + process.logTail());
      }
      last = head(running.address(), path);
      if (last.equals("200")) {
        return;
      }
      Thread.sleep(POLL_MS);
    }
    throw new IOException(
        running.name()
            + " answered "
            + last
            + " to HEAD "
            + path
            + " for "
            + TIMEOUT_NS / 1_000_000_000L
            + " s and said:\n"
            + process.logTail());
  }

  private static String head(InetSocketAddress address, String path) {
    try {
      String host = address.getAddress().getHostAddress();
      URI uri = URI.create("http://" + host + ":" + address.getPort() + path);
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setRequestMethod("HEAD");
      connection.setConnectTimeout(HTTP_TIMEOUT_MS);
      connection.setReadTimeout(HTTP_TIMEOUT_MS);
      try {
        return Integer.toString(connection.getResponseCode());
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return e.getMessage();
    }
  }
}

package io.sluice.perf.data;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets go of pages that were sent and acknowledged.
 *
 * <p>Since Linux 5.16 a received buffer is handed back to the CPU that allocated it, which frees it
 * the next time that it handles a packet ({@code skb_attempt_defer_free}). Over loopback those
 * buffers hold the page cache pages that {@code sendfile} sent: on a quiet machine a few MiB stay
 * for good. A packet on each CPU frees them.
 */
final class DeferredSends {
  private static final int DISCARD_PORT = 9;
  private static final int PACKETS = 16;

  private DeferredSends() {}

  /**
   * Sends some packets from several threads, so that each CPU is likely to handle one.
   *
   * @throws IOException when no packet can be sent
   * @throws InterruptedException when this thread is interrupted
   */
  static void flush() throws IOException, InterruptedException {
    try (DatagramSocket socket = new DatagramSocket()) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
        Thread thread = new Thread(() -> send(socket), "deferred-sends");
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static void send(DatagramSocket socket) {
    try {
      DatagramPacket packet =
          new DatagramPacket(new byte[1], 1, InetAddress.getByName("127.0.0.1"), DISCARD_PORT);
      for (int i = 0; i < PACKETS; i++) {
        socket.send(packet);
      }
    } catch (IOException nothingListens) {
      // An answer that nothing listens there is a packet as well.
      return;
    }
  }
}

package io.sluice.perf.load;

import io.sluice.linux.LinuxException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;

/** Asks a server that is starting until it answers. */
public final class FirstAnswer {
  private static final long TIMEOUT_NS = 30_000_000_000L;

  private FirstAnswer() {}

  /**
   * Connects every millisecond until somebody listens, then asks, and checks the answer.
   *
   * @param server an IPv4 address
   * @param request a small blob
   * @param alive whether the server's process still runs
   * @return when the answer was complete, in the time of {@link System#nanoTime()}
   * @throws IOException when the server ended, or did not answer in time, or not with the blob
   * @throws InterruptedException when this thread is interrupted
   */
  public static long await(InetSocketAddress server, BlobRequest request, BooleanSupplier alive)
      throws IOException, InterruptedException {
    long startNs = System.nanoTime();
    while (System.nanoTime() - startNs < TIMEOUT_NS) {
      if (!alive.getAsBoolean()) {
        throw new IOException("the process ended before it listened");
      }
      BlobConnection connection;
      try {
        connection = new BlobConnection(server, BodyMode.VERIFY);
      } catch (LinuxException notYet) {
        Thread.sleep(1);
        continue;
      }
      try (connection) {
        connection.fetch(request);
        return System.nanoTime();
      }
    }
    throw new IOException("nothing listened within " + TIMEOUT_NS / 1_000_000_000L + " s");
  }
}

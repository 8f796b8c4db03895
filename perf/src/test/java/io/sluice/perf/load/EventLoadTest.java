package io.sluice.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventLoadTest {
  private static final long MS = 1_000_000L;
  private static final long SECOND_NS = 1000 * MS;
  private static final BlobRequest NOTHING = BlobRequest.whole("/", 0, "");

  /** Answers every receive with the same text, as long as it is not told to stall. */
  private static final class Server implements AutoCloseable {
    private final ServerSocket listener =
        new ServerSocket(0, 100, InetAddress.getByName("127.0.0.1"));
    private final AtomicLong stallFromNs = new AtomicLong(Long.MAX_VALUE);
    private final AtomicInteger accepted = new AtomicInteger();
    private final String[] pieces;

    Server(String... pieces) throws IOException {
      this.pieces = pieces;
      Thread.ofPlatform().daemon().start(this::accept);
    }

    InetSocketAddress address() {
      return new InetSocketAddress("127.0.0.1", listener.getLocalPort());
    }

    private void accept() {
      try {
        while (true) {
          Socket connection = listener.accept();
          connection.setTcpNoDelay(true);
          accepted.incrementAndGet();
          Thread.ofPlatform().daemon().start(() -> serve(connection));
        }
      } catch (IOException closed) {
        return;
      }
    }

    private void serve(Socket connection) {
      byte[] request = new byte[4096];
      try (connection) {
        InputStream in = connection.getInputStream();
        while (in.read(request) > 0) {
          long stalledNs = System.nanoTime() - stallFromNs.get();
          if (stalledNs >= 0 && stalledNs < SECOND_NS) {
            Thread.sleep((SECOND_NS - stalledNs) / MS);
          }
          for (String piece : pieces) {
            connection.getOutputStream().write(piece.getBytes(StandardCharsets.US_ASCII));
            if (pieces.length > 1) {
              Thread.sleep(5);
            }
          }
        }
      } catch (IOException | InterruptedException clientGone) {
        return;
      }
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }

  private static final String EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  @Test
  void aStallCountsForAllThatShouldHaveBeenAskedMeanwhile() throws Exception {
    try (Server server = new Server(EMPTY);
        EventLoad load = new EventLoad(server.address(), 4)) {
      server.stallFromNs.set(System.nanoTime() + 500 * MS);
      EventResult result =
          load.open(Arrivals.even(200, 2 * SECOND_NS), i -> NOTHING, (i, first, last) -> {});
      assertEquals(400, result.requests());
      Histogram latency = result.load().timeToLastByteNs();
      assertTrue(latency.getMaxValue() >= 900 * MS, "max " + latency.getMaxValue());
      // Due in the stall: half of all, waiting for 0 to 1 s evenly. A closed loop would have seen
      // four requests of 400, one percent, and a 98th percentile of next to nothing.
      assertEquals(0.5, share(latency, 20 * MS), 0.1);
      assertEquals(0.25, share(latency, 500 * MS), 0.1);
      assertEquals(0.05, share(latency, 900 * MS), 0.05);
      assertTrue(result.waited() > 100, result.waited() + " waited");
      assertTrue(result.behind().isPresent());
      assertEquals(4, result.connections());
    }
  }

  private static double share(Histogram latency, long aboveNs) {
    return (double) latency.getCountBetweenValues(aboveNs, Long.MAX_VALUE / 2)
        / latency.getTotalCount();
  }

  @Test
  void noMoreConnectionsAreUsedThanAreNeededAndAnswersMayComeInPieces() throws Exception {
    try (Server server =
            new Server("HTTP/1.1 200 OK\r\nContent", "-Length: 6\r\n\r", "\nbo", "dy..");
        EventLoad load = new EventLoad(server.address(), 32)) {
      AtomicInteger answers = new AtomicInteger();
      BlobRequest request = BlobRequest.whole("/", 6, "");
      EventResult result =
          load.open(
              Arrivals.even(10, SECOND_NS / 2),
              i -> request,
              (i, first, last) -> {
                assertEquals(i, answers.getAndIncrement());
                assertTrue(first > 0 && last - first >= 9 * MS, first + " and " + last);
              });
      assertEquals(5, answers.get());
      assertEquals(30, result.load().bodyBytes());
      assertTrue(result.connections() < 4, result.connections() + " connections");
    }
  }

  @Test
  void aConnectionThatTheServerEndsIsMadeAgain() throws Exception {
    try (Server server =
            new Server("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        EventLoad load = new EventLoad(server.address(), 1)) {
      EventResult result =
          load.open(Arrivals.even(100, SECOND_NS / 10), i -> NOTHING, (i, first, last) -> {});
      assertEquals(10, result.requests());
      // The last one is connected before the server has accepted it.
      while (server.accepted.get() < 11) {
        Thread.sleep(1);
      }
    }
  }

  @Test
  void whatNobodyHasMustNotBeThere() throws Exception {
    String none = "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone";
    try (Server server = new Server(none);
        EventLoad load = new EventLoad(server.address(), 2)) {
      assertTrue(load.closed(2, 50 * MS, i -> BlobRequest.absent("/")).requests() >= 2);
    }
    try (Server server = new Server(EMPTY);
        EventLoad load = new EventLoad(server.address(), 2)) {
      IOException wrong =
          assertThrows(
              IOException.class, () -> load.closed(2, 50 * MS, i -> BlobRequest.absent("/")));
      assertTrue(wrong.getMessage().contains("404"), wrong.getMessage());
    }
  }

  @Test
  void theCeilingIsMeasuredInBothLoops() throws Exception {
    BlobRequest request = BlobRequest.whole("/", 10_000, "");
    try (CannedServer server = new CannedServer(10_000);
        EventLoad load = new EventLoad(server.address(), 8)) {
      EventResult closed = load.closed(8, 200 * MS, i -> request);
      assertEquals(10_000L * closed.requests(), closed.load().bodyBytes());
      assertTrue(closed.requestsPerSecond() > 1000, closed.requestsPerSecond() + " a second");
      EventResult open =
          load.open(Arrivals.poisson(500, SECOND_NS / 5, 1), i -> request, (i, first, last) -> {});
      assertEquals(100, open.requests());
    }
  }

  private static int niceness() throws IOException {
    String stat = Files.readString(Path.of("/proc/thread-self/stat"));
    // Field 19 of proc_pid_stat(5); the second one, in brackets, may have spaces in it.
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
  }

  @Test
  @Tag("root")
  void theGeneratorGoesBeforeOthersAndGivesThatBack() throws Exception {
    int before = niceness();
    try (Server server = new Server(EMPTY);
        EventLoad load = new EventLoad(server.address(), 1)) {
      assertEquals(-15, niceness());
      assertEquals(1, load.open(Arrivals.even(1, MS), i -> NOTHING, (i, f, l) -> {}).requests());
    }
    assertEquals(before, niceness());
  }

  @Test
  void idleConnectionsHaveBeenAnsweredOnce() throws Exception {
    try (Server server = new Server(EMPTY);
        IdleCrowd crowd = new IdleCrowd(server.address(), 20, NOTHING)) {
      assertEquals(20, server.accepted.get(), crowd.toString());
    }
    try (Server server = new Server("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")) {
      assertThrows(IOException.class, () -> new IdleCrowd(server.address(), 2, NOTHING).close());
    }
  }
}

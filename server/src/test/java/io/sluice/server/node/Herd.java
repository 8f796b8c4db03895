package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.store.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Clients that pull one blob at once, each at its own pace, and compare every byte with what the
 * blob holds. All of them pause at one place until they are told to go on.
 */
final class Herd implements AutoCloseable {
  private static final int RECEIVE_BUFFER_BYTES = 128 * 1024;
  private static final int PIECE_BYTES = 64 * 1024;
  private static final long PATIENCE_SECONDS = 30;

  private final InetSocketAddress address;
  private final Digest digest;
  private final byte[] content;
  private final int pauseAt;
  private final CountDownLatch paused;
  private final CountDownLatch resumed = new CountDownLatch(1);
  private final ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<Integer>> pulls = new ArrayList<>();

  /**
   * Begins to pull.
   *
   * @param pauseAt the place in the body
   */
  Herd(InetSocketAddress address, int clients, Digest digest, byte[] content, int pauseAt) {
    this.address = address;
    this.digest = digest;
    this.content = content;
    this.pauseAt = pauseAt;
    this.paused = new CountDownLatch(clients);
    for (int i = 0; i < clients; i++) {
      pulls.add(pool.submit(this::pull));
    }
  }

  /** Waits until every client has come to the place where they pause. */
  void awaitPaused() throws InterruptedException {
    assertTrue(paused.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "clients do not get on");
  }

  /** Lets all clients go on. */
  void resume() {
    resumed.countDown();
  }

  /** How many bytes each has got until its body or its connection ended; all were right. */
  List<Integer> received() throws Exception {
    List<Integer> received = new ArrayList<>();
    for (Future<Integer> pull : pulls) {
      received.add(pull.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }
    return received;
  }

  private int pull() throws IOException, InterruptedException {
    try (TestClient client = TestClient.connect(address, RECEIVE_BUFFER_BYTES)) {
      client.send(TestClient.request("GET", "/v2/x/blobs/" + digest));
      client.readHead().expect(200);
      int start = read(client, 0, pauseAt);
      paused.countDown();
      resumed.await();
      return read(client, start, content.length);
    }
  }

  /** Reads on from one place to another; returns where the connection ended, or the latter. */
  private int read(TestClient client, int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      byte[] piece;
      try {
        piece = client.readSomeBytes(Math.min(to - at, PIECE_BYTES));
      } catch (EOFException | SocketException broken) {
        return at;
      }
      int end = at + piece.length;
      assertTrue(Arrays.equals(content, at, end, piece, 0, piece.length), "wrong after " + at);
      at = end;
    }
    return at;
  }

  @Override
  public void close() {
    resume();
    pool.close();
  }
}

package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.ByteSize;
import io.sluice.server.config.Limits;
import io.sluice.server.config.Settings;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are slow, stand still or are too many take nothing from the others. */
@Tag("kernel")
class SlowClientTest {
  private static final int BIG = 4 * 1024 * 1024 + 77;
  private static final int MEDIUM = 700_000;
  private static final int LITTLE_RECEIVE_BUFFER = 4096;
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir static Path directory;
  private static ImageLayout layout;
  private static Digest big;
  private static Digest medium;

  private final List<TestClient> clients = new ArrayList<>();
  private TestNode node;

  @BeforeAll
  static void create() throws IOException {
    layout = new ImageLayout(directory.resolve("layout"));
    big = layout.randomBlob(BIG);
    medium = layout.randomBlob(MEDIUM);
    for (int i = 0; i < 1000; i++) {
      String tag = String.format("%0100d", i);
      layout.image("acme.test/many/tags:" + tag, "the same");
    }
    layout.writeIndex();
  }

  private void start(UnaryOperator<Settings.Builder> settings) {
    node = TestNode.start(layout, settings);
  }

  /** One loop with the given number of blocks for transfers, so that all clients share them. */
  private static UnaryOperator<Settings.Builder> blocks(int count) {
    long bytes = (count + 1) * Limits.TRANSFER_BLOCK_BYTES;
    return settings -> settings.loops(1).transferMemory(new ByteSize(bytes));
  }

  @AfterEach
  void everythingComesBack() throws IOException {
    for (TestClient client : clients) {
      client.close();
    }
    node.awaitQuiet();
    node.close();
  }

  private static String get(Digest digest) {
    return TestClient.request("GET", "/v2/x/blobs/" + digest);
  }

  /** A client that has asked for a big blob, read the head of the answer and then stopped. */
  private TestClient frozen(Digest digest) throws IOException {
    TestClient client = TestClient.connect(node.address(), LITTLE_RECEIVE_BUFFER);
    clients.add(client);
    client.send(get(digest));
    client.readHead().expect(200);
    return client;
  }

  private void assertServesAtOnce() throws IOException {
    try (TestClient client = node.connect()) {
      assertEquals(big.toString(), client.digestOf("/v2/x/blobs/" + big));
    }
  }

  @Test
  void slowReadersHoldNoBlock() throws IOException {
    start(blocks(4));
    for (int i = 0; i < 16; i++) {
      frozen(big);
    }
    for (int round = 0; round < 10; round++) {
      for (TestClient client : clients) {
        client.readSome(100);
      }
      Limit.pause();
    }
    TestNode.await("slow readers hold no block", () -> node.blocksUsed() == 0);
    assertServesAtOnce();
    for (TestClient client : clients) {
      client.readSome(100);
    }
  }

  /** With a send buffer below one segment of loopback each pull once took two seconds. */
  @Test
  @Timeout(60)
  void frozenReadersDoNotDelayAFastOne() throws IOException {
    start(blocks(4));
    for (int i = 0; i < 100; i++) {
      frozen(big);
    }
    for (int i = 0; i < 50; i++) {
      assertServesAtOnce();
    }
    TestNode.await("frozen readers hold no block", () -> node.blocksUsed() == 0);
    for (TestClient client : clients.subList(0, 4)) {
      assertEquals(BIG, client.readBytes(BIG).length);
    }
  }

  /** Blobs that fit into the send queue once left it to the client how long it stays there. */
  @Test
  void frozenReadersHoldNoMoreOfTheKernelsMemoryThanIsGranted() throws IOException {
    start(settings -> settings.loops(1));
    Digest fitting = layout.randomBlob(240_000);
    for (int i = 0; i < Limits.TRANSFERS; i++) {
      frozen(fitting);
    }
    long least = 2 * Limits.SOCKET_SEND_MIN_BYTES;
    long granted = Limits.SOCKET_SEND_BUDGET_BYTES + Limits.TRANSFERS * least;
    long queued = sendQueueBytes(node.address().getPort());
    assertTrue(queued <= granted, () -> queued + " bytes are queued, " + granted + " granted");
    for (TestClient client : clients) {
      assertEquals(240_000, client.readBytes(240_000).length);
    }
  }

  /** What the kernel holds for the clients of a port, by {@code /proc/net/tcp} (proc(5)). */
  private static long sendQueueBytes(int port) throws IOException {
    long sum = 0;
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] columns = line.strip().split("\\s+");
        if (columns[1].endsWith(String.format(":%04X", port))) {
          sum += Long.parseLong(columns[4].substring(0, 8), 16);
        }
      }
    }
    return sum;
  }

  @Test
  void frozenReadersOfListingsHoldNoBlockForLong() throws IOException {
    start(blocks(2));
    String list = TestClient.request("GET", "/v2/many/tags/tags/list");
    for (int i = 0; i < 20; i++) {
      TestClient client = TestClient.connect(node.address(), LITTLE_RECEIVE_BUFFER);
      clients.add(client);
      client.send(list.repeat(5));
    }
    assertServesAtOnce();
    assertServesAtOnce();
  }

  @Test
  void listingsAreAnsweredWhileAllBlocksAreWanted() throws Exception {
    start(blocks(2));
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> busy = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        busy.add(pool.submit((Callable<?>) this::pullsTenTimes));
      }
      int answered = 0;
      try (TestClient client = node.connect()) {
        while (!busy.stream().allMatch(Future::isDone)) {
          client.get("/v2/many/tags/tags/list?n=3").expect(200);
          client.get("/v2/many/tags/manifests/" + ImageLayout.missing(5)).expect(404);
          answered++;
        }
      }
      for (Future<?> each : busy) {
        each.get();
      }
      assertTrue(answered > 10, "answered " + answered);
    }
  }

  private Void pullsTenTimes() throws IOException {
    try (TestClient client = node.connect()) {
      for (int i = 0; i < 10; i++) {
        assertEquals(big.toString(), client.digestOf("/v2/x/blobs/" + big));
      }
    }
    return null;
  }

  @Test
  void moreClientsThanBlocksShareThem() throws Exception {
    start(settings -> settings.loops(2).transferMemory(ByteSize.ofMiB(2)));
    pullAtOnce(64, big);
  }

  @Test
  void theLeastMemoryIsEnough() throws Exception {
    start(settings -> settings.loops(1).transferMemory(ByteSize.ofMiB(1)));
    pullAtOnce(20, big);
  }

  @Test
  void moreRequestsThanExchangesAreAllAnswered() throws Exception {
    start(settings -> settings.loops(1));
    pullAtOnce(Limits.EXCHANGE_BUFFERS + 100, medium);
  }

  private void pullAtOnce(int count, Digest digest) throws Exception {
    for (int i = 0; i < count; i++) {
      clients.add(node.connect());
    }
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> pulls = new ArrayList<>();
      for (TestClient client : clients) {
        pulls.add(pool.submit(() -> client.digestOf("/v2/x/blobs/" + digest)));
      }
      for (Future<String> pull : pulls) {
        assertEquals(digest.toString(), pull.get());
      }
    }
  }

  @Test
  void unfinishedRequestsDoNotKeepOthersFromBeingRead() throws IOException {
    start(settings -> settings.loops(1));
    for (int i = 0; i < Limits.EXCHANGE_BUFFERS + 100; i++) {
      TestClient client = node.connect();
      clients.add(client);
      client.send("GET /v2/ HTT");
    }
    assertServesAtOnce();
  }

  @Test
  void aRequestThatDoesNotArriveInTimeIsRefused() throws IOException {
    start(settings -> settings.headerTimeout(SHORT));
    try (TestClient client = node.connect()) {
      client.send("GET /v2/ HTTP/1.1\r\n");
      client.read().expect(408);
      assertTrue(client.atEnd());
    }
    try (TestClient client = node.connect()) {
      client.get("/v2/").expect(200);
      client.send("G");
      client.read().expect(408);
      assertTrue(client.atEnd());
    }
  }

  @Test
  void aTrickleOfHeaderBytesIsNotProgress() throws IOException {
    start(settings -> settings.headerTimeout(SHORT));
    try (TestClient client = node.connect()) {
      client.send("GET /v2/ HTTP/1.1\r\nX: ");
      boolean refused = false;
      for (int i = 0; i < 200 && !refused; i++) {
        try {
          client.send("a");
        } catch (IOException closed) {
          refused = true;
        }
        Limit.pause();
      }
      assertTrue(refused);
    }
  }

  @Test
  void anIdleConnectionIsClosed() throws IOException {
    start(settings -> settings.idleTimeout(SHORT));
    try (TestClient fresh = node.connect();
        TestClient used = node.connect()) {
      used.get("/v2/").expect(200);
      assertTrue(fresh.atEnd());
      assertTrue(used.atEnd());
    }
  }

  @Test
  void aReaderWithoutProgressIsDisconnected() throws IOException {
    start(settings -> settings.progressTimeout(SHORT));
    for (int i = 0; i < 10; i++) {
      frozen(big);
    }
    TestNode.await("frozen readers are disconnected", () -> node.open() == 0);
    assertTrue(clients.getFirst().drain() < BIG);
  }

  @Test
  void aSlowReaderWithSomeProgressIsNot() throws IOException {
    start(settings -> settings.progressTimeout(Duration.ofSeconds(2)));
    TestClient client = frozen(big);
    int read = 0;
    for (int i = 0; i < 40; i++) {
      read += client.readBytes(10_000).length;
      Limit.pause();
    }
    assertEquals(BIG - read, client.readBytes(BIG - read).length);
  }

  /** A pause between two pieces of a slow client. */
  private static final class Limit {
    private static final long PAUSE_NS = 100_000_000L;

    private static void pause() {
      java.util.concurrent.locks.LockSupport.parkNanos(PAUSE_NS);
    }
  }
}

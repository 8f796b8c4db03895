package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.ReadMode;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Blobs that pass through a loop, from a peer or from disk, allocate nothing on its thread. */
@Tag("kernel")
@Timeout(120)
class RelayAllocationTest {
  /** Long enough for the rest of it to go through a pipe. */
  private static final int LONG = 6 * 1024 * 1024;

  private static final int CLIENTS = 6;
  private static final int QUIET_ROUNDS = 10;
  private static final int SMALL_PER_ROUND = 100;

  @TempDir Path directory;
  private final List<Digest> blobs = new ArrayList<>();
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private ImageLayout full;
  private ImageLayout empty;
  private Digest small;
  private Digest manifest;

  @BeforeEach
  void fill() throws IOException {
    full = new ImageLayout(directory.resolve("full"));
    empty = new ImageLayout(directory.resolve("empty"));
    for (int i = 0; i < CLIENTS; i++) {
      blobs.add(full.randomBlob(LONG + i));
    }
    small = full.randomBlob(1000);
    manifest = full.image("acme.test/library/app:1", "app");
    full.writeIndex();
  }

  @AfterEach
  void stop() {
    pool.shutdown();
  }

  @Test
  void relaysOfOneClientAllocateNothing() throws Exception {
    try (TestNode owner = owner();
        TestNode node = relaying(owner, 1);
        TestClient client = node.connect()) {
      assertNothingAllocated(() -> pullAlone(client));
    }
  }

  @Test
  void sharedRelaysAllocateNothing() throws Exception {
    try (TestNode owner = owner();
        TestNode node = relaying(owner, 1);
        Crowd crowd = new Crowd(node)) {
      assertNothingAllocated(() -> crowd.pull(i -> blobs.get(0), ""));
      assertTrue(node.metric("sluice_relays_shared_total") > QUIET_ROUNDS);
    }
  }

  @Test
  void sharedRangesAllocateNothing() throws Exception {
    try (TestNode owner = owner();
        TestNode node = relaying(owner, 1);
        Crowd crowd = new Crowd(node)) {
      assertNothingAllocated(() -> crowd.pull(i -> blobs.get(0), "Range: bytes=1000-"));
    }
  }

  @Test
  void relaysThatMoveBetweenLoopsAllocateNothing() throws Exception {
    try (TestNode owner = owner();
        TestNode node = relaying(owner, 2);
        Crowd crowd = new Crowd(node)) {
      assertNothingAllocated(() -> crowd.pullInTurns());
      assertTrue(node.metric("sluice_connections_moved_total") > 0);
    }
  }

  @Test
  void convoysAllocateNothing() throws Exception {
    try (TestNode node = reading(1);
        Crowd crowd = new Crowd(node)) {
      assertNothingAllocated(() -> crowd.pull(i -> blobs.get(0), ""));
    }
  }

  @Test
  void connectionsThatMoveBetweenLoopsAllocateNothing() throws Exception {
    try (TestNode node = reading(2);
        Crowd crowd = new Crowd(node)) {
      assertNothingAllocated(() -> crowd.pullInTurns());
      assertTrue(node.metric("sluice_connections_moved_total") > 0);
    }
  }

  private TestNode owner() {
    return TestNode.start(full, settings -> settings.loops(1));
  }

  private TestNode relaying(TestNode owner, int loops) {
    return TestNode.start(
        empty, settings -> settings.loops(loops).staticPeers(List.of(owner.hostPort())));
  }

  /** A node that reads past the page cache, whatever is in it. */
  private TestNode reading(int loops) {
    return TestNode.start(full, settings -> settings.loops(loops).readMode(ReadMode.DIRECT));
  }

  private static void assertNothingAllocated(LoopThreads.Work work) throws Exception {
    LoopThreads.assertSettles(QUIET_ROUNDS, work);
  }

  /** Everything that one client may ask of a peer: a whole blob, parts, a manifest, nothing. */
  private void pullAlone(TestClient client) throws IOException {
    pull(client, blobs.get(0), "");
    pull(client, blobs.get(1), "Range: bytes=1000-");
    pull(client, blobs.get(2), "Range: bytes=-" + LONG / 2);
    for (int i = 0; i < SMALL_PER_ROUND; i++) {
      pull(client, small, "");
      pull(client, small, "Range: bytes=10-19");
      client.get("/v2/library/app/manifests/" + manifest + "?ns=acme.test").expect(200);
      client.head("/v2/library/app/blobs/" + blobs.get(0) + "?ns=acme.test").expect(200);
      client.get("/v2/library/app/blobs/" + ImageLayout.missing(i) + "?ns=acme.test").expect(404);
    }
  }

  private static void pull(TestClient client, Digest blob, String field) throws IOException {
    String target = "/v2/library/app/blobs/" + blob + "?ns=acme.test";
    client.send(
        TestClient.request("GET", target, field.isEmpty() ? new String[0] : new String[] {field}));
    Response head = client.readHead().expect(field.isEmpty() ? 200 : 206);
    client.skip(head.contentLength());
  }

  /** Clients that begin at the same moment. */
  private final class Crowd implements AutoCloseable {
    private final List<TestClient> clients = new ArrayList<>();
    private final CyclicBarrier start = new CyclicBarrier(CLIENTS);
    private int turn;

    Crowd(TestNode node) throws IOException {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(node.connect());
      }
    }

    void pull(IntFunction<Digest> choice, String field) throws Exception {
      List<Future<?>> pulls = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        TestClient client = clients.get(i);
        Digest blob = choice.apply(i);
        pulls.add(
            pool.submit(
                () -> {
                  start.await();
                  RelayAllocationTest.pull(client, blob, field);
                  return null;
                }));
      }
      for (Future<?> pull : pulls) {
        pull.get();
      }
    }

    /** Another blob each time: wherever that is served, some connections are elsewhere. */
    void pullInTurns() throws Exception {
      turn++;
      pull(i -> blobs.get((turn + i / 2) % CLIENTS), "");
    }

    @Override
    public void close() throws IOException {
      for (TestClient client : clients) {
        client.close();
      }
    }
  }
}

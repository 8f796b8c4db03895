package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ring.simulation.ClientReader;
import io.sluice.ring.simulation.FaultPlan;
import io.sluice.ring.simulation.RemoteEnd;
import io.sluice.ring.simulation.SimulatedClient;
import io.sluice.ring.simulation.SimulatedContent;
import io.sluice.ring.simulation.SimulatedKernel;
import io.sluice.routing.ContentRouter;
import io.sluice.routing.StaticRouter;
import io.sluice.server.config.ReadMode;
import io.sluice.server.metrics.ExpositionFormat;
import io.sluice.server.metrics.NodeMetrics;
import io.sluice.server.store.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A small node in a simulated kernel, for tests of a single story. */
final class LoopFixture implements AutoCloseable {
  private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(10);
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
  private static final int BLOCK_BYTES = 16 << 10;

  final SimulatedKernel kernel;
  final int directoryFd;
  final int listenFd;
  final List<InetSocketAddress> peers = new ArrayList<>();

  /** Who finds peers; null for {@link #peers}, whoever asks. */
  ContentRouter router;

  int loops = 1;
  ReadMode readMode = ReadMode.AUTO;
  LoopShare share = shareWithBlocks(8);
  LoopTimeouts timeouts =
      new LoopTimeouts(2 * SECOND_NS, 10 * SECOND_NS, 8 * SECOND_NS, 5 * SECOND_NS);
  private final SimulatedStore store = new SimulatedStore();
  private final SplittableRandom random;
  private SimulatedNode node;

  LoopFixture() {
    this(FaultPlan.none());
  }

  LoopFixture(FaultPlan faults) {
    this(1, faults);
  }

  LoopFixture(long seed, FaultPlan faults) {
    kernel = new SimulatedKernel(seed, faults);
    random = new SplittableRandom(seed);
    directoryFd = kernel.openDirectory();
    listenFd = kernel.listen();
  }

  /** A blob of this node. */
  SimulatedBlob blob(long sizeBytes) {
    SimulatedBlob blob = create(sizeBytes, null);
    blob.put(kernel, directoryFd);
    store.add(blob);
    return blob;
  }

  /** A manifest of this node with a tag. */
  SimulatedBlob manifest(long sizeBytes, String tag) {
    SimulatedBlob manifest = create(sizeBytes, MediaType.OCI_MANIFEST);
    manifest.put(kernel, directoryFd);
    store.addTag(tag, store.addToCatalog(manifest));
    return manifest;
  }

  /** Only manifests may be served, not blobs. */
  void hideBlobs() {
    store.closeCatalog();
  }

  /** A blob that only peers have. */
  SimulatedBlob remoteBlob(long sizeBytes) {
    return create(sizeBytes, null);
  }

  private SimulatedBlob create(long sizeBytes, String mediaTypeOrNull) {
    SimulatedContent content = SimulatedContent.generated(random.nextLong(), sizeBytes);
    return new SimulatedBlob(LoopSimulation.drawDigest(random), content, mediaTypeOrNull);
  }

  /** Starts the loop; what it shall have must be there before. */
  void start() {
    store.publish();
    ContentRouter finder = router == null ? new StaticRouter(peers) : router;
    boolean peersExist = router != null || !peers.isEmpty();
    node =
        new SimulatedNode(
            kernel,
            store,
            directoryFd,
            listenFd,
            loops,
            share,
            timeouts,
            peersExist,
            finder,
            readMode);
  }

  /** The usual share with another number of transfer blocks. */
  LoopShare shareWithBlocks(int transferBlocks) {
    return new LoopShare(8, 8, 8, BLOCK_BYTES, transferBlocks, 8, 4, 8, 1 << 20);
  }

  /** What the first loop has in use. */
  LoopUsage usage() {
    return node.loops().getFirst().usage();
  }

  /** All loops; to look at only. */
  List<EventLoop> eventLoops() {
    return node.loops();
  }

  /** A metric's value, given its name with labels, summed over the loops. */
  double metric(String sample) {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    try {
      new NodeMetrics("test", node.metrics()).write(ExpositionFormat.PROMETHEUS_TEXT, page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return page.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(sample + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Tells one loop to end gently. */
  void stop(int loop) {
    node.stop(loop);
  }

  /** Breaks all loops off. */
  void abort() {
    node.abort();
  }

  /** One turn of each loop; false when all have ended. */
  boolean turn() {
    return node.turn();
  }

  /** Connects a client that sends {@code text}. */
  Connected connect(String text) {
    Connected connected = new Connected();
    connected.client = kernel.newClient(listenFd, connected.reader());
    connected.client.send(text);
    connected.client.connect();
    return connected;
  }

  static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: node\r\n\r\n";
  }

  static String get(SimulatedBlob blob) {
    return get("/v2/a/blobs/" + blob.digest.algorithm() + ":" + blob.digest.hex());
  }

  /** Turns the loop until {@code condition} holds. */
  void turnUntil(BooleanSupplier condition) {
    turnUntil(condition, () -> {});
  }

  /** Turns the loop until {@code condition} holds, and has a look after each turn. */
  void turnUntil(BooleanSupplier condition, Runnable look) {
    long endNs = kernel.nowNs() + PATIENCE_NS;
    kernel.interruptWhen(condition);
    while (!condition.getAsBoolean()) {
      assertTrue(node.turn(), "the loop has ended");
      look.run();
      assertTrue(kernel.nowNs() < endNs, "nothing has come of it in ten minutes");
    }
    kernel.interruptWhen(() -> false);
  }

  /** Turns the loop for some time. */
  void turnFor(long durationNs) {
    long endNs = kernel.nowNs() + durationNs;
    kernel.at(endNs, () -> {});
    turnUntil(() -> kernel.nowNs() >= endNs);
  }

  /** Stops all loops; everything must come back to its place. */
  void finish() {
    long endNs = kernel.nowNs() + PATIENCE_NS;
    for (int loop = 0; loop < loops; loop++) {
      node.stop(loop);
    }
    while (node.turn()) {
      assertTrue(kernel.nowNs() < endNs, "the loops do not end within ten minutes");
    }
    assertEverythingIsBack();
  }

  /** To be called when all loops have ended. */
  void assertEverythingIsBack() {
    for (EventLoop loop : node.loops()) {
      assertEquals(LoopUsage.NONE, loop.usage());
    }
    kernel.assertQuiescent();
  }

  @Override
  public void close() {
    if (node != null) {
      node.close();
    }
  }

  /** A connected client and what it has received. */
  static final class Connected {
    SimulatedClient client;
    private final StringBuilder received = new StringBuilder();

    private ClientReader reader() {
      return new ClientReader() {
        @Override
        public void onBytes(RemoteEnd connection, byte[] bytes, int length) {
          received.append(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void onEnd(RemoteEnd connection) {
          connection.close();
        }
      };
    }

    /** Everything received so far, one character for each byte. */
    String received() {
      return received.toString();
    }

    /** Bytes after the first response head. */
    int bodyBytes() {
      int end = received.indexOf("\r\n\r\n");
      return end < 0 ? 0 : received.length() - end - 4;
    }

    boolean isOver() {
      return client.isOver();
    }
  }
}

package io.sluice.perf.footprint;

import io.sluice.routing.BootstrapSettings;
import io.sluice.routing.ContentRouter;
import io.sluice.routing.ContentRouterProvider;
import io.sluice.routing.RouterSettings;
import io.sluice.routing.host.HostSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A peer of a node that is trained, so that the node meets what it will meet: handshakes, streams,
 * questions and answers. It lives in this process, at another loopback address.
 */
final class TrainingPeer implements AutoCloseable {
  /** What a node is told to find its first peers with; the port is the node's own. */
  static final String ADDRESS = "/ip4/" + TrainingPeer.HOST;

  private static final String HOST = "127.0.0.2";
  private static final String KEY = "sluice.test/of-the-peer:1";
  private static final long PATIENCE_NS = 30_000_000_000L;
  private static final long POLL_MS = 20;

  private final ContentRouter router;
  private final PackagedNode node;

  private TrainingPeer(ContentRouter router, PackagedNode node) {
    this.router = router;
    this.node = node;
  }

  /** A peer that looks for {@code node}. */
  static TrainingPeer of(PackagedNode node) throws IOException {
    int port = node.router().getPort();
    HostSettings host = HostSettings.listeningOn(List.of(new InetSocketAddress(HOST, port)));
    String first = "/ip4/127.0.0.1/tcp/" + port;
    ContentRouter router =
        ContentRouterProvider.installed()
            .open(
                RouterSettings.of(
                    host, BootstrapSettings.ofPeers(List.of(first)), node.registry().getPort()));
    router.advertise(List.of(KEY));
    return new TrainingPeer(router, node);
  }

  /**
   * Waits until node and peer have met.
   *
   * @throws IOException when they do not
   */
  void awaitFound() throws IOException, InterruptedException {
    long startNs = System.nanoTime();
    while (!router.ready()) {
      if (System.nanoTime() - startNs > PATIENCE_NS) {
        throw new IOException("the node does not meet its peer and said:\n" + node.logTail());
      }
      Thread.sleep(POLL_MS);
    }
  }

  @Override
  public void close() {
    router.close();
  }
}

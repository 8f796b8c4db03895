package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that dies while its largest layer is on the way leaves the node as it was. */
@Tag("root")
@Tag("containerd")
@Tag("kernel")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class InterruptedPullTest {
  /** Slow enough that the largest layer takes seconds, fast enough that a run does not. */
  private static final int MEGABITS_PER_SECOND = 200;

  private static final long IN_FLIGHT_BYTES = 4L << 20;
  private static final int SETTLED_ROUNDS = 25;
  private static final Duration RECOVERY_BOUND = Duration.ofSeconds(60);
  private static final String POOL_IN_USE = "sluice_pool_blocks_used";

  private DebianImage image;
  private NetworkNamespace network;
  private SluiceProcess node;

  @BeforeEach
  void startNode() {
    Requirement.root();
    Requirement.tools("containerd", "ctr", "ip", "nsenter", "tc", "curl");
    image = DebianImage.cached();
    network = NetworkNamespace.create();
    node = SluiceProcess.serving(image).listeningOn(network.hostAddress()).start();
  }

  @AfterEach
  void stopNode() {
    if (node != null) {
      node.close();
    }
    if (network != null) {
      network.close();
    }
  }

  @Test
  void aKilledClientPullsTheRestWhenItIsBack() {
    readEveryBlob();
    assertEquals(0, node.metrics().sum(POOL_IN_USE));
    int descriptorsBefore = settledDescriptors();
    String largest = image.largestBlob();
    try (ContainerdHost host = ContainerdHost.start(network)) {
      host.mirror("sluice.test", node);
      network.throttle(MEGABITS_PER_SECOND);
      Process pull = host.startPull(DebianImage.REFERENCE);
      Patience.until(
          "the largest layer is in flight",
          RECOVERY_BOUND,
          () -> !pull.isAlive() || host.ingestedBytes(largest) >= IN_FLIGHT_BYTES);
      boolean inFlight = pull.isAlive();
      host.kill();
      pull.destroyForcibly().onExit().join();
      assertTrue(inFlight, "the pull ended before it could be interrupted");
      network.unthrottle();

      assertNodeIsAsBefore(descriptorsBefore);

      host.start();
      assertFalse(host.digests().contains(largest), "the largest layer had arrived already");
      host.pull(DebianImage.REFERENCE);
      assertEquals(image.sizes().navigableKeySet(), host.digests());
      assertEquals(image.sizes(), host.sizesByComputedDigest());
    }
    assertNodeIsAsBefore(descriptorsBefore);
    assertEquals(0, node.stop(), node::logTail);
  }

  private void assertNodeIsAsBefore(int descriptorsBefore) {
    assertTrue(node.ready(), node::logTail);
    Patience.until(
        "the node has no more than the " + descriptorsBefore + " descriptors of before",
        RECOVERY_BOUND,
        () -> node.openDescriptors() <= descriptorsBefore);
    Patience.until(
        "every transfer buffer is back in its pool",
        RECOVERY_BOUND,
        () -> node.metrics().sum(POOL_IN_USE) == 0);
  }

  /** After this the node has met every blob: whatever it keeps open per blob is open. */
  private void readEveryBlob() {
    List<String> words = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--fail"));
    for (String digest : image.sizes().keySet()) {
      words.add(node.registry() + "/v2/debian/blobs/" + digest + "?ns=sluice.test");
    }
    Command.of(words).pipe(blobs -> blobs.transferTo(OutputStream.nullOutputStream()));
  }

  /** The node's descriptors once those of clients that have just left are closed. */
  private int settledDescriptors() {
    int[] last = {0, 0};
    Patience.until(
        "the number of descriptors settles",
        RECOVERY_BOUND,
        () -> {
          int now = node.openDescriptors();
          last[1] = now == last[0] ? last[1] + 1 : 0;
          last[0] = now;
          return last[1] == SETTLED_ROUNDS;
        });
    return last[0];
  }
}

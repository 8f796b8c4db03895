package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real containerd pulls a real image from a node, and has no other way out. */
@Tag("root")
@Tag("containerd")
@Tag("kernel")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ContainerdPullTest {
  /** Documentation range (RFC 5737): an address that is somewhere else, wherever we are. */
  private static final String ELSEWHERE = "192.0.2.1";

  private static DebianImage image;
  private static NetworkNamespace network;
  private static SluiceProcess node;

  @BeforeAll
  static void startNode() {
    Requirement.root();
    Requirement.tools("containerd", "ctr", "runc", "ip", "nsenter");
    image = DebianImage.cached();
    network = NetworkNamespace.create();
    node = SluiceProcess.serving(image).listeningOn(network.hostAddress()).start();
  }

  @AfterAll
  static void stopNode() {
    if (node != null) {
      node.close();
    }
    if (network != null) {
      network.close();
    }
  }

  @Test
  void theNodeIsTheOnlyWayOut() {
    assertTrue(network.canRouteTo(network.hostAddress()));
    assertFalse(network.canRouteTo(ELSEWHERE));
  }

  @Test
  void pullsByTagAndRunsWhatItPulled() {
    try (ContainerdHost host = ContainerdHost.start(network)) {
      host.mirror("sluice.test", node);
      host.pull(DebianImage.REFERENCE);
      assertSameContent(host);
      String release = host.run(DebianImage.REFERENCE, "/bin/sh", "-c", "cat /etc/os-release");
      assertTrue(release.contains("VERSION_CODENAME=" + image.codename()), release);
      String marker = host.run(DebianImage.REFERENCE, "cat", DebianImage.MARKER_PATH);
      assertEquals(DebianImage.MARKER, marker.strip());
    }
  }

  @Test
  void pullsByDigestWhatWasRemovedBefore() {
    String reference = DebianImage.REPOSITORY + "@" + image.indexDigest();
    try (ContainerdHost host = ContainerdHost.start(network)) {
      host.mirror("sluice.test", node);
      host.pull(DebianImage.REFERENCE);
      host.remove(DebianImage.REFERENCE);
      assertTrue(host.digests().isEmpty(), () -> "left in the store: " + host.digests());
      host.pull(reference);
      assertSameContent(host);
      assertEquals(DebianImage.MARKER, host.run(reference, "cat", DebianImage.MARKER_PATH).strip());
    }
  }

  @Test
  void pullsByDigestOutOfAnotherContainerdsStore() {
    String reference = DebianImage.REPOSITORY + "@" + image.indexDigest();
    try (ContainerdHost source = ContainerdHost.start(network)) {
      source.mirror("sluice.test", node);
      source.pull(DebianImage.REFERENCE);
      try (SluiceProcess second =
              SluiceProcess.serving(source).listeningOn(network.hostAddress()).start();
          ContainerdHost target = ContainerdHost.start(network)) {
        target.mirror("sluice.test", second);
        target.pull(reference);
        assertSameContent(target);
        assertEquals(
            DebianImage.MARKER, target.run(reference, "cat", DebianImage.MARKER_PATH).strip());
      }
    }
  }

  private static void assertSameContent(ContainerdHost host) {
    assertEquals(image.sizes().navigableKeySet(), host.digests());
    assertEquals(image.sizes(), host.sizesByComputedDigest());
  }
}

package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.demo.SampleImage;
import io.sluice.server.store.Digest;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Containerds are killed, and replaced by newer ones, in the middle of pulls. */
interface ClusterRestarts {
  /** What two containerds can start in before a sample has arrived. */
  int UPGRADE_MEGABITS_PER_SECOND = 40;

  /** The hosts; as each test leaves them, they are brought back. */
  Cluster cluster();

  @Test
  default void aSourceWhoseContainerdIsKilledServesOn() throws IOException {
    ClusterHost[] struck = new ClusterHost[1];
    cluster()
        .pullWhileSomebodyServes(
            busy -> {
              struck[0] = busy;
              busy.awaitContainerdAfter(
                  () -> {
                    busy.containerd().kill();
                    busy.containerd().start();
                  });
            });
    assertNewImagesAreFound(struck[0], "restarted");
  }

  @Test
  default void aSourceWhoseContainerdIsUpgradedServesOn() throws Exception {
    ClusterHost third = cluster().third();
    try (ClusterHost added = cluster().add(ContainerdSeries.INSTALLED)) {
      SampleImage image =
          SampleImage.write(cluster().directory("old"), "sluice.test/old:1", 2, 16 << 20, 3);
      added.containerd().importLayout(cluster().directory("old"));
      cluster().awaitPeers(added, third);
      cluster().awaitAdvertised(added, image.digests().size() + 1);
      third.network().throttle(UPGRADE_MEGABITS_PER_SECOND);
      try (SlowPull pull = SlowPull.start(third, image.reference(), added)) {
        for (ContainerdSeries next :
            new ContainerdSeries[] {ContainerdSeries.TRIXIE, ContainerdSeries.SID}) {
          pull.awaitServed(1 << 20);
          added.awaitContainerdAfter(() -> added.containerd().upgrade(next));
        }
        pull.assertGoesOn();
        third.network().unthrottle();
        assertEquals(0, pull.exitCode(), third::account);
      }
      cluster().assertHas(third, image);
      assertNewImagesAreFound(added, "upgraded");
    }
  }

  /** What a containerd gets after its restart can be pulled by another host. */
  private void assertNewImagesAreFound(ClusterHost host, String name) throws IOException {
    String reference = "sluice.test/" + name + ":1";
    SampleImage image = SampleImage.write(cluster().directory(name), reference, 1, 1 << 10, 4);
    host.containerd().importLayout(cluster().directory(name));
    ClusterHost third = cluster().third();
    Patience.until(
        "what came after the restart is found",
        Cluster.PATIENCE,
        () -> third.containerd().tryPull(reference));
    for (Digest digest : image.digests()) {
      assertTrue(third.containerd().digests().contains(digest.toString()), digest::toString);
    }
    host.containerd().remove(reference);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INSTALLED")
  default void aPullWhoseContainerdIsKilledFailsAndCanBeRepeated(ContainerdSeries series) {
    ClusterHost host = cluster().host(series);
    cluster().awaitPeers();
    host.network().throttle(Cluster.MEGABITS_PER_SECOND);
    try (SlowPull pull = SlowPull.start(host, Cluster.SAMPLE, cluster().first())) {
      pull.awaitServed(Cluster.IN_FLIGHT_BYTES);
      host.awaitContainerdAfter(
          () -> {
            host.containerd().kill();
            assertNotEquals(0, pull.exitCode());
            host.containerd().start();
          });
    }
    host.network().unthrottle();
    host.containerd().pull(Cluster.SAMPLE);
    cluster().assertHasSample(host);
  }
}

package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Nodes are killed, freeze and are cut off while they serve. */
interface ClusterFailures {
  /** How long a host is cut off. */
  Duration CUT_OFF = Duration.ofSeconds(4);

  /** The hosts; as each test leaves them, they are brought back. */
  Cluster cluster();

  @Test
  default void aSourceThatIsKilledWithinALayerIsReplaced() {
    cluster().pullWhileSomebodyServes(busy -> busy.node().close());
  }

  @Test
  default void aSourceThatFreezesWithinALayerIsReplaced() {
    cluster().pullWhileSomebodyServes(busy -> busy.node().freeze());
  }

  @Test
  default void aSourceThatIsCutOffWithinALayerIsReplaced() {
    cluster().pullWhileSomebodyServes(busy -> busy.network().unplug());
  }

  @Test
  default void whatWasBegunComesFromUpstreamWhenAllSourcesAreCutOff() {
    ClusterHost third = cluster().third();
    try (UpstreamRegistry upstream = cluster().upstream()) {
      upstream.push(cluster().directory("sample"), "sample:1");
      third.containerd().mirror("sluice.test", ClusterHost.MIRROR, upstream.url());
      cluster()
          .pullWhileSomebodyServes(
              busy -> {
                cluster().first().network().unplug();
                cluster().second().network().unplug();
              });
      assertTrue(upstream.gets("/blobs/") > 0, "nobody went upstream");
    }
    cluster().first().network().plug();
    cluster().second().network().plug();
    third.containerd().removeAll();
    third.containerd().mirror("sluice.test", ClusterHost.MIRROR, ClusterHost.MIRROR);
    awaitPull(third);
  }

  @Test
  default void aHostThatIsCutOffWithinALayerGoesOnWhenItIsBack() {
    Bridge.Host network = cluster().third().network();
    cluster()
        .pullWhileSomebodyServes(
            busy -> {
              network.unplug();
              Patience.pause(CUT_OFF);
              network.plug();
            });
  }

  @Test
  default void aHostThatIsCutOffSaysSoAndRecovers() {
    ClusterHost third = cluster().third();
    cluster().awaitPeers();
    third.network().unplug();
    assertFalse(third.containerd().tryPull(Cluster.SAMPLE));
    assertTrue(third.containerd().digests().isEmpty());
    third.network().plug();
    awaitPull(third);
  }

  private void awaitPull(ClusterHost host) {
    Patience.until(
        "the pull works again", Cluster.PATIENCE, () -> host.containerd().tryPull(Cluster.SAMPLE));
    cluster().assertHasSample(host);
  }
}

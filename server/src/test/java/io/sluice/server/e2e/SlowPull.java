package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;

/** A pull that takes long enough for something to happen to who serves it. */
final class SlowPull implements AutoCloseable {
  private final Map<ClusterHost, Long> servedBefore = new LinkedHashMap<>();
  private final Process process;

  private SlowPull(ClusterHost host, String reference, ClusterHost... sources) {
    for (ClusterHost source : sources) {
      servedBefore.put(source, source.servedBytes());
    }
    process = host.containerd().startPull(reference);
  }

  /** Begins to pull an image that {@code sources} have. */
  static SlowPull start(ClusterHost host, String reference, ClusterHost... sources) {
    return new SlowPull(host, reference, sources);
  }

  /** Waits until a source has served more than so many bytes; fails if the pull ends before. */
  ClusterHost awaitServed(long bytes) {
    ClusterHost[] busy = new ClusterHost[1];
    Patience.until(
        "a layer is in flight",
        Cluster.PATIENCE,
        () -> {
          servedBefore.forEach(
              (source, before) ->
                  busy[0] = source.servedBytes() - before > bytes ? source : busy[0]);
          return busy[0] != null || !process.isAlive();
        });
    assertGoesOn();
    return busy[0];
  }

  /** Fails if the pull has ended. */
  void assertGoesOn() {
    assertTrue(process.isAlive(), "the pull ended before anything could happen to it");
  }

  /** Waits for the end; what {@code ctr} answers. */
  int exitCode() {
    return process.onExit().join().exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}

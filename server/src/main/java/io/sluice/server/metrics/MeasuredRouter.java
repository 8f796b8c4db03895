package io.sluice.server.metrics;

import io.sluice.routing.ContentRouter;
import io.sluice.routing.Lookup;
import io.sluice.routing.RouterStatus;
import java.net.InetSocketAddress;
import java.util.Collection;

/**
 * A router whose lookups are counted and timed: from the question to the first provider, or to the
 * end when there is none. Any thread may call.
 */
public final class MeasuredRouter implements ContentRouter {
  private final ContentRouter router;

  /** Guarded by this, as all below. */
  private final LatencyRecorder latency = new LatencyRecorder();

  private long found;
  private long absent;
  private long gaveUp;
  private long latencyNs;

  /** Measures the lookups of {@code router}, which is closed with this. */
  public MeasuredRouter(ContentRouter router) {
    this.router = router;
  }

  @Override
  public boolean ready() {
    return router.ready();
  }

  @Override
  public void lookup(String key, int maxPeers, Lookup lookup) {
    router.lookup(key, maxPeers, new Timed(lookup));
  }

  @Override
  public void lookupAnew(String key, int maxPeers, Lookup lookup) {
    router.lookupAnew(key, maxPeers, new Timed(lookup));
  }

  @Override
  public void advertise(Collection<String> keys) {
    router.advertise(keys);
  }

  @Override
  public void withdraw(Collection<String> keys) {
    router.withdraw(keys);
  }

  @Override
  public RouterStatus status() {
    return router.status();
  }

  @Override
  public void close() {
    router.close();
  }

  LatencyRecorder latency() {
    return latency;
  }

  synchronized long found() {
    return found;
  }

  synchronized long absent() {
    return absent;
  }

  synchronized long gaveUp() {
    return gaveUp;
  }

  synchronized long latencyNs() {
    return latencyNs;
  }

  private synchronized void ended(Outcome outcome, long durationNs) {
    switch (outcome) {
      case FOUND -> found++;
      case ABSENT -> absent++;
      case GAVE_UP -> gaveUp++;
    }
    latencyNs += durationNs;
    latency.record(durationNs);
  }

  /** What comes of a lookup. */
  private enum Outcome {
    FOUND,
    ABSENT,
    GAVE_UP
  }

  /** Heard by one thread at a time. */
  private final class Timed implements Lookup {
    private final Lookup lookup;
    private final long startNs = System.nanoTime();
    private boolean measured;

    Timed(Lookup lookup) {
      this.lookup = lookup;
    }

    @Override
    public void onPeer(InetSocketAddress registryAddress) {
      measure(Outcome.FOUND);
      lookup.onPeer(registryAddress);
    }

    @Override
    public void onEnd() {
      measure(Outcome.ABSENT);
      lookup.onEnd();
    }

    @Override
    public void onGiveUp() {
      measure(Outcome.GAVE_UP);
      lookup.onGiveUp();
    }

    private void measure(Outcome outcome) {
      if (!measured) {
        measured = true;
        ended(outcome, System.nanoTime() - startNs);
      }
    }
  }
}

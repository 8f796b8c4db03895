package io.sluice.routing.kademlia;

import io.sluice.routing.host.Scheduler;

/**
 * How fast peers vanish, learnt from those of the routing table: what is kept by peers has to be
 * announced again before too many of them are gone.
 */
final class Departures {
  private static final long WINDOW_NS = 60_000_000_000L;

  /** Weight of the newest window in the average. */
  private static final double NEWEST = 0.3;

  private final RoutingTable table;
  private int departed;
  private boolean closed;
  private double perPeerAndWindow;

  Departures(RoutingTable table) {
    this.table = table;
  }

  /** Begins to look at one window of time after the other. */
  void start(Scheduler scheduler) {
    scheduler.schedule(
        WINDOW_NS,
        () -> {
          if (closed) {
            return;
          }
          double peers = Math.max(1, table.size() + departed / 2.0);
          perPeerAndWindow += NEWEST * (departed / peers - perPeerAndWindow);
          departed = 0;
          start(scheduler);
        });
  }

  /** Looks no more. */
  void close() {
    closed = true;
  }

  /** A peer has left the table. */
  void departed() {
    departed++;
  }

  /** After how long half of the peers are gone; very long when none go. */
  long halfLifeNs() {
    double windows = Math.log(2) / Math.max(perPeerAndWindow, 1e-9);
    return (long) Math.min(windows * WINDOW_NS, Long.MAX_VALUE / 2.0);
  }
}

package io.sluice.server.store;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Blobs that no image refers to yet: a runtime names an image after it has all of its content. Each
 * is asked about again and again, at growing intervals, until it is known to belong to what may be
 * shown, or its time is over. For one thread.
 */
final class Arrivals {
  private static final long FIRST_RETRY_NS = 10_000_000L;
  private static final long LAST_RETRY_NS = 60_000_000_000L;

  private final Map<Digest, Arrival> waiting = new LinkedHashMap<>();

  private static final class Arrival {
    private final long endNs;
    private long nextNs;
    private long retryNs = FIRST_RETRY_NS;
    private boolean shown;

    Arrival(long nowNs, long endNs) {
      this.nextNs = nowNs;
      this.endNs = endNs;
    }
  }

  /** What is done with a blob. */
  interface Owner {
    /** Shows a blob if that may be; false when it is to be asked about again. */
    boolean show(Digest digest) throws StoreException;

    /** Its time is over; false for a blob that has an image, or is gone. */
    void hide(Digest digest);

    /** Whether it still has no image, and is here. */
    boolean waits(Digest digest);
  }

  /**
   * A blob is here.
   *
   * @param ageNs for how long
   */
  void add(Digest digest, long ageNs, long nowNs) {
    if (ageNs < StoreLimits.ARRIVAL_NS && waiting.size() < StoreLimits.ARRIVALS_MAX) {
      waiting.put(digest, new Arrival(nowNs, nowNs + StoreLimits.ARRIVAL_NS - ageNs));
    }
  }

  /** Blobs in waiting. */
  int count() {
    return waiting.size();
  }

  /** Asks about those whose time it is, and lets those go whose time is over. */
  void turn(long nowNs, Owner owner) throws StoreException {
    List<Digest> due = new ArrayList<>();
    Iterator<Map.Entry<Digest, Arrival>> all = waiting.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Digest, Arrival> each = all.next();
      if (!owner.waits(each.getKey())) {
        all.remove();
      } else if (nowNs - each.getValue().endNs >= 0) {
        owner.hide(each.getKey());
        all.remove();
      } else if (!each.getValue().shown && nowNs - each.getValue().nextNs >= 0) {
        due.add(each.getKey());
      }
    }
    for (Digest digest : due) {
      Arrival arrival = waiting.get(digest);
      arrival.shown = owner.show(digest);
      arrival.nextNs = nowNs + arrival.retryNs;
      arrival.retryNs = Math.min(2 * arrival.retryNs, LAST_RETRY_NS);
    }
  }

  /** Time until {@link #turn} has something to do, at most {@code mostNs}. */
  long untilDueNs(long nowNs, long mostNs) {
    long least = mostNs;
    for (Arrival arrival : waiting.values()) {
      long at = arrival.shown ? arrival.endNs : arrival.nextNs;
      least = Math.min(least, Math.max(0, at - nowNs));
    }
    return least;
  }
}

package io.sluice.server.control;

import io.sluice.routing.ContentRouter;
import io.sluice.server.config.Limits;
import io.sluice.server.store.BlobStore;
import io.sluice.server.store.Catalog;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells the router what the store has: the digests of all blobs and the full names of all tags, and
 * from then on what is added and what is gone. A little at each turn, so that a store of thousands
 * of blobs neither holds up other work nor floods the router. For the control plane's thread.
 */
final class Advertiser {
  private final BlobStore store;
  private final ContentRouter router;
  private final List<String> keys = new ArrayList<>(Limits.ADVERTISE_PER_TURN);

  /** What peers have been told. */
  private Catalog told = Catalog.EMPTY;

  /** What they are being told; the same when they have been. */
  private Catalog next = Catalog.EMPTY;

  /** Entries compared: first those of {@link #next}, of which some are new, then of the other. */
  private int compared;

  private boolean withdrawing;
  private boolean looksAtOnce = true;
  private long lookedNs;

  Advertiser(BlobStore store, ContentRouter router) {
    this.store = store;
    this.router = router;
  }

  /**
   * Goes on.
   *
   * @return whether there is more to do at once; otherwise it is enough to come back in {@link
   *     Limits#ADVERTISE_LOOK_NS}
   */
  boolean turn(long nowNs) {
    if (next == told) {
      if (!looksAtOnce && nowNs - lookedNs < Limits.ADVERTISE_LOOK_NS) {
        return false;
      }
      looksAtOnce = false;
      lookedNs = nowNs;
      next = store.catalog();
      compared = 0;
      withdrawing = false;
      if (next == told) {
        return false;
      }
    }
    compare();
    return next != told;
  }

  /** The store has changed: the next turn need not wait to look. */
  void look() {
    looksAtOnce = true;
  }

  private void compare() {
    Catalog from = withdrawing ? told : next;
    Catalog other = withdrawing ? next : told;
    int entries = from.digestCount() + from.tagCount();
    int end = Math.min(entries, compared + Limits.ADVERTISE_PER_TURN);
    for (; compared < end; compared++) {
      int tag = compared - from.digestCount();
      boolean inBoth = tag < 0 ? from.isDigestIn(other, compared) : from.isTagIn(other, tag);
      if (!inBoth) {
        keys.add(tag < 0 ? from.digest(compared).toString() : from.reference(tag).toString());
      }
    }
    hand();
    if (compared == entries) {
      compared = 0;
      told = withdrawing ? next : told;
      withdrawing = !withdrawing;
    }
  }

  private void hand() {
    if (keys.isEmpty()) {
      return;
    }
    if (withdrawing) {
      router.withdraw(List.copyOf(keys));
    } else {
      router.advertise(List.copyOf(keys));
    }
    keys.clear();
  }
}

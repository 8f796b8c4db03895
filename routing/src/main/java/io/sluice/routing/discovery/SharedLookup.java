package io.sluice.routing.discovery;

import io.sluice.routing.Lookup;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** One lookup of a key, and all who wait for its result. Later it is the cached result. */
final class SharedLookup {
  private final List<Waiting> waiting = new ArrayList<>();
  private final List<InetSocketAddress> found = new ArrayList<>();
  private int wanted;
  private boolean ended;
  private boolean complete;
  private long endedNs;

  private static final class Waiting {
    final Lookup lookup;
    int left;

    Waiting(Lookup lookup, int left) {
      this.lookup = lookup;
      this.left = left;
    }
  }

  /** How many providers those who wait want at the most. */
  int wanted() {
    return wanted;
  }

  boolean hasEnded() {
    return ended;
  }

  /** Whether everybody who should know has been asked. */
  boolean isComplete() {
    return complete;
  }

  long endedNs() {
    return endedNs;
  }

  int found() {
    return found.size();
  }

  /** Tells what has been found so far, and what will be. */
  void add(Lookup lookup, int maxPeers) {
    wanted = Math.max(wanted, maxPeers);
    Waiting one = new Waiting(lookup, maxPeers);
    for (InetSocketAddress address : List.copyOf(found)) {
      if (one.left > 0) {
        one.left--;
        lookup.onPeer(address);
      }
    }
    if (one.left == 0) {
      lookup.onEnd();
    } else if (ended) {
      tellEnd(lookup);
    } else {
      waiting.add(one);
    }
  }

  /** Tells of a provider; false when it is known already. */
  boolean found(InetSocketAddress address) {
    if (found.contains(address)) {
      return false;
    }
    found.add(address);
    for (Waiting one : List.copyOf(waiting)) {
      one.left--;
      one.lookup.onPeer(address);
      if (one.left == 0) {
        waiting.remove(one);
        one.lookup.onEnd();
      }
    }
    return true;
  }

  /** There is nothing more to find. */
  void end(boolean all, long nowNs) {
    ended = true;
    complete = all;
    endedNs = nowNs;
    List<Waiting> last = List.copyOf(waiting);
    waiting.clear();
    last.forEach(one -> tellEnd(one.lookup));
  }

  private void tellEnd(Lookup lookup) {
    if (complete) {
      lookup.onEnd();
    } else {
      lookup.onGiveUp();
    }
  }
}

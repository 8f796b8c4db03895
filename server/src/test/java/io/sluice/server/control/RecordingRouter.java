package io.sluice.server.control;

import io.sluice.routing.ContentRouter;
import io.sluice.routing.Lookup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Remembers all that it was ever told, and finds nothing. Any thread may tell or ask it. */
public final class RecordingRouter implements ContentRouter {
  private final List<String> advertised = new ArrayList<>();
  private final List<String> withdrawn = new ArrayList<>();
  private final Set<String> kept = new TreeSet<>();
  private int calls;
  private int most;

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public void lookup(String key, int maxPeers, Lookup lookup) {
    lookup.onEnd();
  }

  @Override
  public synchronized void advertise(Collection<String> keys) {
    heard(keys);
    advertised.addAll(keys);
    kept.addAll(keys);
  }

  @Override
  public synchronized void withdraw(Collection<String> keys) {
    heard(keys);
    withdrawn.addAll(keys);
    kept.removeAll(keys);
  }

  private void heard(Collection<String> keys) {
    calls++;
    most = Math.max(most, keys.size());
  }

  /** Every key that it was told of, in order. */
  public synchronized List<String> advertised() {
    return List.copyOf(advertised);
  }

  /** Every key that was taken back, in order. */
  public synchronized List<String> withdrawn() {
    return List.copyOf(withdrawn);
  }

  /** The keys that were not taken back. */
  public synchronized Set<String> kept() {
    return Set.copyOf(kept);
  }

  /** How often it was called. */
  public synchronized int calls() {
    return calls;
  }

  /** How many keys came in one call at most. */
  public synchronized int most() {
    return most;
  }

  @Override
  public void close() {}
}

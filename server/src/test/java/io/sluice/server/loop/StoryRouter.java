package io.sluice.server.loop;

import io.sluice.routing.ContentRouter;
import io.sluice.routing.Lookup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A router that says nothing by itself: the test does. */
final class StoryRouter implements ContentRouter {
  final List<Lookup> lookups = new ArrayList<>();
  int anew;

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public void lookup(String key, int maxPeers, Lookup lookup) {
    lookups.add(lookup);
  }

  @Override
  public void lookupAnew(String key, int maxPeers, Lookup lookup) {
    anew++;
    lookup(key, maxPeers, lookup);
  }

  @Override
  public void advertise(Collection<String> keys) {}

  @Override
  public void withdraw(Collection<String> keys) {}

  @Override
  public void close() {}
}

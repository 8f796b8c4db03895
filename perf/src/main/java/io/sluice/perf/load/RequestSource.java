package io.sluice.perf.load;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What the connections of a load ask for, one request after the other. */
@FunctionalInterface
public interface RequestSource {
  /**
   * The next request. Called by all connection threads at once.
   *
   * @return the request, or null when there is nothing more to do
   */
  BlobRequest next();

  /**
   * Each request once, in order, whichever connection is free.
   *
   * @param requests the requests
   * @return the source
   */
  static RequestSource once(List<BlobRequest> requests) {
    AtomicInteger position = new AtomicInteger();
    return () -> {
      int index = position.getAndIncrement();
      return index < requests.size() ? requests.get(index) : null;
    };
  }
}

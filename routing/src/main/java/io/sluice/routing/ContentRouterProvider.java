package io.sluice.routing;

import java.io.IOException;

/** Makes routers. Found with {@link java.util.ServiceLoader}. */
public interface ContentRouterProvider {
  /** Name of the implementation, for the log and for choosing one. */
  String name();

  /**
   * A router that has begun to look for peers. It serves at once, and goes on looking.
   *
   * @throws IOException when it cannot begin, in one sentence with the remedy
   */
  ContentRouter open(RouterSettings settings) throws IOException;
}

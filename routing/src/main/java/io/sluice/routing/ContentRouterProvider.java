package io.sluice.routing;

import java.io.IOException;
import java.util.ServiceLoader;

/** Makes routers. Found with {@link java.util.ServiceLoader}. */
public interface ContentRouterProvider {
  /**
   * The implementation that is installed; of several, the first.
   *
   * @throws IOException when there is none
   */
  static ContentRouterProvider installed() throws IOException {
    return ServiceLoader.load(ContentRouterProvider.class)
        .findFirst()
        .orElseThrow(
            () -> new IOException("no content router is on the class path; add the routing jar"));
  }

  /** Name of the implementation, for the log and for choosing one. */
  String name();

  /**
   * A router that has begun to look for peers. It serves at once, and goes on looking.
   *
   * @throws IOException when it cannot begin, in one sentence with the remedy
   */
  ContentRouter open(RouterSettings settings) throws IOException;
}

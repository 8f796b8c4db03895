package io.sluice.routing.bootstrap;

import java.io.IOException;
import java.util.List;

/** Knows of peers to begin with. */
public interface BootstrapSource {
  /**
   * Peers as of now; this node may be among them.
   *
   * <p>May block for some seconds.
   *
   * @param attempt how many attempts have failed before this one: where there are many peers, each
   *     attempt gets others
   * @throws IOException when none are to be had, in one sentence with the cause
   */
  List<BootstrapPeer> find(int attempt) throws IOException;
}

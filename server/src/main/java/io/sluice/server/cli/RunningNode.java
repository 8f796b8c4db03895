package io.sluice.server.cli;

import io.sluice.server.node.Node;

/** The real node. */
record RunningNode(Node node) implements NodeHandle {
  @Override
  public void awaitTermination() {
    node.awaitTermination();
  }

  @Override
  public void stop() {
    node.stop();
  }
}

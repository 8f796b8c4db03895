package io.sluice.server.cli;

/** A running node, as the command line sees it. Any thread may call. */
public interface NodeHandle {
  /** Returns when the node has stopped, for whatever reason. */
  void awaitTermination();

  /** Finishes what is in flight within the shutdown time-out, then stops; returns when stopped. */
  void stop();
}

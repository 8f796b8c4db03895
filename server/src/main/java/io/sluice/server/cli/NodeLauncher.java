package io.sluice.server.cli;

import io.sluice.server.config.Settings;

/** Starts a node. */
@FunctionalInterface
public interface NodeLauncher {
  /**
   * Starts a node; when this returns, it accepts connections.
   *
   * @throws io.sluice.server.config.StartupException if this machine does not let it start
   */
  NodeHandle start(Settings settings);
}

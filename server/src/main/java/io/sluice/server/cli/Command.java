package io.sluice.server.cli;

import io.sluice.server.config.HostPort;
import io.sluice.server.config.Settings;
import io.sluice.server.pull.PullReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What a command line asks for, with nothing left of how it was read. */
sealed interface Command {
  /** Run a node until told to stop. */
  record Serve(Settings settings) implements Command {}

  /** Say whether a node could run here with these settings. */
  record Doctor(Settings settings) implements Command {}

  /**
   * Show two nodes at work.
   *
   * @param keep whether they keep running afterwards
   */
  record Demo(boolean keep) implements Command {}

  /**
   * Have containerd pull images.
   *
   * @param references in this order
   * @param socket of containerd
   * @param metrics where this machine's node says where bytes came from
   * @param timeout for each image
   */
  record Pull(List<PullReference> references, Path socket, HostPort metrics, Duration timeout)
      implements Command {}

  /**
   * Say what this is.
   *
   * @param json whether as JSON rather than as a line of text
   */
  record Version(boolean json) implements Command {}

  /** Print a text that was asked for. */
  record Print(String text) implements Command {}
}

package io.sluice.server.cli;

import io.sluice.server.config.HostPort;
import io.sluice.server.config.Settings;
import io.sluice.server.mirror.MirrorOptions;
import io.sluice.server.pull.PullReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a command line asks for, with nothing left of how it was read. */
sealed interface Command {
  /** Run a node until told to stop. */
  record Serve(Settings settings) implements Command {}

  /**
   * Say whether a node could run here with these settings.
   *
   * @param containerdConfig containerd's configuration, if it is to be looked at
   * @param certificates where containerd's mirror configuration is written
   * @param pull an image to ask for, if any
   */
  record Doctor(
      Settings settings, Optional<Path> containerdConfig, Path certificates, Optional<String> pull)
      implements Command {}

  /** Point containerd at this node. */
  record Configure(MirrorOptions options) implements Command {}

  /**
   * Take back what {@link Configure} did.
   *
   * @param configPath the directory of containerd's mirror configuration
   */
  record Cleanup(Path configPath) implements Command {}

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

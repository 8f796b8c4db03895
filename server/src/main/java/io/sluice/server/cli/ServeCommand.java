package io.sluice.server.cli;

import io.sluice.server.config.Settings;
import io.sluice.server.log.Log;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/** Runs a node until SIGTERM or SIGINT, or until it ends by itself. */
final class ServeCommand {
  /** What a shell reports for a process that SIGTERM ended. */
  static final int EXIT_SECOND_SIGNAL = 143;

  private static final Log LOG = Log.of("serve");

  private final NodeLauncher launcher;
  private final Signals signals;
  private final IntConsumer halt;
  private final AtomicReference<NodeHandle> running = new AtomicReference<>();
  private final AtomicInteger signalsSeen = new AtomicInteger();

  /**
   * Prepares to run a node.
   *
   * @param halt ends the process at once with the given code, without hooks
   */
  ServeCommand(NodeLauncher launcher, Signals signals, IntConsumer halt) {
    this.launcher = launcher;
    this.signals = signals;
    this.halt = halt;
  }

  /**
   * Runs a node; returns when it has stopped.
   *
   * @return the exit code: 0 if it was told to stop
   */
  int run(Settings settings) {
    signals.onTerminate(this::terminate);
    NodeHandle node = launcher.start(settings);
    running.set(node);
    if (signalsSeen.get() > 0) {
      node.stop();
    }
    node.awaitTermination();
    if (signalsSeen.get() > 0) {
      LOG.info("stopped");
      return ExitCode.OK;
    }
    LOG.error("the node ended by itself");
    return ExitCode.FAILURE;
  }

  private void terminate() {
    if (signalsSeen.incrementAndGet() > 1) {
      halt.accept(EXIT_SECOND_SIGNAL);
      return;
    }
    LOG.info("stopping; a second signal ends at once");
    NodeHandle node = running.get();
    if (node != null) {
      node.stop();
    }
  }
}

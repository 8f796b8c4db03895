package io.sluice.perf.contender;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.data.LayerSet;
import java.io.IOException;
import java.util.Optional;

/** A server of blobs that is measured. */
public interface Contender {
  /**
   * What it is called in tables and files.
   *
   * @return a short name
   */
  String name();

  /**
   * How it is set up, for readers of a report.
   *
   * @return what differs from its defaults, or would be asked for, in a sentence without a period
   */
  String settings();

  /**
   * Whether it is still being compiled while it answers its first requests, so that it has to serve
   * for a while before it is as fast as it will be.
   *
   * @return false for machine code
   */
  default boolean warmsUp() {
    return false;
  }

  /**
   * Whether it can be run on this machine.
   *
   * @return why not, in one sentence with the remedy; empty when it can
   */
  Optional<String> missing();

  /**
   * Starts it fresh, and waits until it answers.
   *
   * @param group the group that it lives in from its first instruction
   * @param layers what it serves
   * @return the running server
   * @throws IOException when it did not start, with the last lines of its log
   * @throws InterruptedException when this thread is interrupted
   */
  default Running start(Cgroup group, LayerSet layers) throws IOException, InterruptedException {
    Running running = launch(group, layers);
    Readiness.await(running, running.targets().blob(layers.layers().get(0).digestHex()));
    return running;
  }

  /**
   * Starts it, and returns at once.
   *
   * @param group the group that it lives in from its first instruction
   * @param layers what it serves
   * @return the server, which may not listen yet
   * @throws IOException when it cannot be started
   */
  Running launch(Cgroup group, LayerSet layers) throws IOException;
}

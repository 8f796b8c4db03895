package io.sluice.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.server.config.Settings;
import io.sluice.server.config.StartupException;
import io.sluice.server.config.StoreChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ServeCommandTest {
  private final Settings settings = Settings.builder().store(StoreChoice.containerd()).build();
  private final List<Integer> halts = new ArrayList<>();
  private final FakeNode node = new FakeNode();
  private Runnable signal;

  /** A node that runs until it is stopped, or not at all. */
  private static final class FakeNode implements NodeHandle {
    private final CountDownLatch stopped = new CountDownLatch(1);
    private Runnable whileRunning = () -> {};
    private int stops;

    @Override
    public void awaitTermination() {
      whileRunning.run();
      try {
        stopped.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void stop() {
      stops++;
      stopped.countDown();
    }
  }

  private ServeCommand command(NodeLauncher launcher) {
    return new ServeCommand(launcher, action -> signal = action, halts::add);
  }

  @Test
  void aSignalStopsTheNodeAndTheExitCodeIs0() {
    node.whileRunning = () -> signal.run();
    assertEquals(ExitCode.OK, command(ignored -> node).run(settings));
    assertEquals(1, node.stops);
    assertEquals(List.of(), halts);
  }

  @Test
  void aSecondSignalEndsAtOnce() {
    node.whileRunning =
        () -> {
          signal.run();
          signal.run();
        };
    command(ignored -> node).run(settings);
    assertEquals(1, node.stops);
    assertEquals(List.of(ServeCommand.EXIT_SECOND_SIGNAL), halts);
  }

  @Test
  void aSignalDuringTheStartStopsTheNodeOnceItRuns() {
    NodeLauncher launcher =
        ignored -> {
          signal.run();
          return node;
        };
    assertEquals(ExitCode.OK, command(launcher).run(settings));
    assertEquals(1, node.stops);
  }

  @Test
  void aNodeThatEndsByItselfIsAFailure() {
    node.whileRunning = node.stopped::countDown;
    assertEquals(ExitCode.FAILURE, command(ignored -> node).run(settings));
  }

  @Test
  void whatKeepsTheNodeFromStartingIsPassedOn() {
    NodeLauncher launcher =
        ignored -> {
          throw new StartupException("no");
        };
    assertThrows(StartupException.class, () -> command(launcher).run(settings));
  }
}

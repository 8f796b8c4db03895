package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.ring.simulation.SimulatedClient;
import io.sluice.ring.simulation.SimulatedKernel;
import io.sluice.server.log.CapturedLog;
import io.sluice.server.store.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * One run of whole event loops over a simulated kernel, with clients, peers and a file system that
 * do everything they can do. The seed decides all of it.
 *
 * <p>What must hold: each client gets exactly what it asked for, or a closed connection; those that
 * behave get everything when the run is a friendly one; nobody waits for ever; and in the end
 * everything is back in its pool and nothing is in flight.
 */
final class LoopSimulation {
  private static final long TIME_LIMIT_NS = TimeUnit.HOURS.toNanos(3);
  private static final long STOP_SPREAD_NS = TimeUnit.SECONDS.toNanos(2);

  /** Lines of the log in the report of a failed run; what is expected to be logged is not shown. */
  private static final int TURNS_MAX = 3_000_000;

  private final long seed;
  private final SplittableRandom random;
  private final SimulationSettings settings;
  private final SimulatedKernel kernel;
  private final SimulatedStore store = new SimulatedStore();
  private final int directoryFd;
  private final int listenFd;
  private final List<RegistryClient> clients = new ArrayList<>();
  private final List<SimulatedClient> connections = new ArrayList<>();
  private SimulatedNode node;
  private boolean stopped;

  private LoopSimulation(long seed) {
    this.seed = seed;
    random = new SplittableRandom(seed);
    settings = SimulationSettings.draw(seed, random);
    kernel = new SimulatedKernel(seed, settings.faults());
    kernel.setTimeLimitNs(TIME_LIMIT_NS);
    kernel.setDescriptorLimit(settings.descriptors());
    directoryFd = kernel.openDirectory();
    kernel.setDirectSupported(directoryFd, settings.directReads());
    kernel.setReadFlagsKnown(directoryFd, settings.readFlagsKnown());
    kernel.setDirectAlignment(directoryFd, settings.directAlignment());
    listenFd = kernel.listen(settings.backlog());
    kernel.setSendBuffer(listenFd, settings.sendBufferBytes());
  }

  /**
   * What a run came to.
   *
   * @param responses complete responses
   * @param strictClients clients that had to get everything, and did
   * @param traceHash equal for equal runs
   */
  record Outcome(int responses, int strictClients, long traceHash) {}

  /** Runs everything that {@code seed} decides; throws when something is wrong. */
  static Outcome run(long seed) {
    LoopSimulation simulation = new LoopSimulation(seed);
    return Seeds.explained(seed, new CapturedLog(), simulation::describe, simulation::run);
  }

  static Digest drawDigest(SplittableRandom random) {
    StringBuilder hex = new StringBuilder();
    boolean longOne = random.nextInt(4) == 0;
    while (hex.length() < (longOne ? 128 : 64)) {
      hex.append(String.format("%016x", random.nextLong()));
    }
    return new Digest(longOne ? "sha512" : "sha256", hex.toString());
  }

  private Outcome run() {
    WorldBuilder builder = new WorldBuilder(random, settings, kernel, directoryFd, store);
    SimulatedWorld world = builder.build();
    try (SimulatedNode started = builder.startNode(listenFd)) {
      node = started;
      node.controlDelayNs(this::drawControlDelayNs);
      createClients(world);
      turnUntilEnded();
    }
    return verdict();
  }

  private void createClients(SimulatedWorld world) {
    ClientScript script = new ClientScript(random, settings, kernel, listenFd, world);
    for (int number = 0; number < settings.clients(); number++) {
      connections.add(script.create(number));
    }
    clients.addAll(script.clients());
  }

  /** Turns the loops in turn, as threads would do at once. */
  private void turnUntilEnded() {
    if (settings.stopAtNs() >= 0) {
      kernel.at(settings.stopAtNs(), this::stop);
    }
    kernel.interruptWhen(() -> !stopped && everybodyIsDone());
    for (int turns = 0; node.turn(); turns++) {
      if (turns == TURNS_MAX) {
        throw new AssertionError("the loops turn and turn, and nothing comes of it");
      }
      for (EventLoop loop : node.loops()) {
        assertEquals(0, loop.usage().blocksOfBlocked(), "blocks of clients that take nothing");
      }
      if (!stopped && everybodyIsDone()) {
        stop();
      }
    }
  }

  private void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    for (int loop = 0; loop < settings.loops(); loop++) {
      int stopping = loop;
      kernel.after(random.nextLong(STOP_SPREAD_NS), () -> node.stop(stopping));
    }
    if (settings.abortAfterNs() >= 0) {
      kernel.after(settings.abortAfterNs(), node::abort);
    }
  }

  /** Answers take a moment; on an unfriendly day they may come when nobody waits any more. */
  private long drawControlDelayNs() {
    long delayNs = 1L << random.nextInt(settings.friendly() || random.nextInt(4) > 0 ? 26 : 34);
    return random.nextLong(delayNs);
  }

  private boolean everybodyIsDone() {
    for (SimulatedClient connection : connections) {
      if (!connection.isOver()) {
        return false;
      }
    }
    return true;
  }

  private Outcome verdict() {
    for (EventLoop loop : node.loops()) {
      assertEquals(LoopUsage.NONE, loop.usage(), "in use at the end of loop " + loop.number());
    }
    kernel.assertQuiescent();
    kernel.advance(TimeUnit.MINUTES.toNanos(10));
    int responses = 0;
    int strictClients = 0;
    for (int number = 0; number < clients.size(); number++) {
      RegistryClient client = clients.get(number);
      assertEquals(true, connections.get(number).isOver(), client + " still waits");
      responses += client.answered();
      strictClients += client.isStrict() ? 1 : 0;
    }
    return new Outcome(responses, strictClients, kernel.traceHash());
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    text.append(settings).append('\n');
    text.append("stopped: ").append(stopped).append('\n');
    for (EventLoop loop : node == null ? List.<EventLoop>of() : node.loops()) {
      text.append("loop ").append(loop.number()).append(": ").append(loop.usage()).append('\n');
    }
    for (int number = 0; number < clients.size(); number++) {
      if (!connections.get(number).isOver()) {
        text.append("not done: ").append(clients.get(number)).append('\n');
      }
    }
    return text.append(kernel.recentTrace()).toString();
  }
}

package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.memory.FixedMemory;
import io.sluice.ring.simulation.SimulatedClient;
import io.sluice.ring.simulation.SimulatedKernel;
import io.sluice.routing.StaticRouter;
import io.sluice.server.control.ControlChannel;
import io.sluice.server.control.InlineControlPlane;
import io.sluice.server.control.MediaTypes;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.store.Digest;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
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
  /** Directory of the blobs below the store's root. */
  static final String BLOBS = "blobs/";

  private static final long TIME_LIMIT_NS = TimeUnit.HOURS.toNanos(3);
  private static final int TURNS_MAX = 3_000_000;
  private static final long EPOCH_MS = 1_700_000_000_000L;

  private final long seed;
  private final SplittableRandom random;
  private final SimulationSettings settings;
  private final SimulatedKernel kernel;
  private final SimulatedStore store = new SimulatedStore();
  private final MediaTypes mediaTypes = new MediaTypes();
  private final int directoryFd;
  private final int listenFd;
  private final List<EventLoop> loops = new ArrayList<>();
  private final List<Integer> wakeFds = new ArrayList<>();
  private final List<RegistryClient> clients = new ArrayList<>();
  private final List<SimulatedClient> connections = new ArrayList<>();
  private InlineControlPlane control;
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
    try {
      return simulation.run();
    } catch (RuntimeException | AssertionError failed) {
      throw new AssertionError(
          "seed " + seed + ": " + failed.getMessage() + "\n" + simulation.describe(), failed);
    }
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
    FixedMemory.Plan plan = FixedMemory.plan();
    List<LoopMemory> memory = new ArrayList<>();
    for (int i = 0; i < settings.loops(); i++) {
      memory.add(new LoopMemory(plan, i, settings.share()));
    }
    try (FixedMemory mapping = plan.map()) {
      createLoops(memory, builder.peerAddresses());
      createClients(world);
      turnUntilEnded();
    }
    return verdict();
  }

  private void createLoops(List<LoopMemory> memory, List<InetSocketAddress> peers) {
    Handoff[] handoffs = new Handoff[memory.size()];
    List<ControlChannel> channels = new ArrayList<>();
    for (int i = 0; i < memory.size(); i++) {
      int wakeFd = kernel.openEventFd();
      wakeFds.add(wakeFd);
      Runnable wake = () -> kernel.signal(wakeFd);
      LoopMemory of = memory.get(i);
      handoffs[i] = new Handoff(of.handoff.segment(), settings.share().connections(), wake);
      channels.add(
          new ControlChannel(of.controlRequests.segment(), of.controlReplies.segment(), wake));
    }
    control = new InlineControlPlane(channels, store, new StaticRouter(peers), mediaTypes);
    LoopContext context = context(!peers.isEmpty());
    for (int i = 0; i < memory.size(); i++) {
      EventLoop loop =
          new EventLoop(
              i,
              context,
              settings.share(),
              memory.get(i),
              channels.get(i),
              handoffs[i],
              i == 0 ? handoffs : null,
              listenFd,
              wakeFds.get(i),
              new LoopMetrics(i));
      loops.add(loop);
      loop.start();
    }
  }

  private LoopContext context(boolean peersExist) {
    return new LoopContext(
        kernel::openRing,
        new SimulatedSocketControl(kernel),
        store,
        directoryFd,
        BLOBS.getBytes(StandardCharsets.US_ASCII),
        true,
        mediaTypes,
        () -> true,
        peersExist,
        kernel::nowNs,
        () -> EPOCH_MS + TimeUnit.NANOSECONDS.toMillis(kernel.nowNs()),
        settings.timeouts());
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
    List<EventLoop> running = new ArrayList<>(loops);
    for (int turns = 0; !running.isEmpty(); turns++) {
      if (turns == TURNS_MAX) {
        throw new AssertionError("the loops turn and turn, and nothing comes of it");
      }
      running.removeIf(loop -> !turn(loop));
      control.serve();
      if (!stopped && everybodyIsDone()) {
        stop();
      }
    }
  }

  private static boolean turn(EventLoop loop) {
    boolean more = loop.turn();
    if (!more) {
      loop.end();
    }
    return more;
  }

  private void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    loops.forEach(EventLoop::stop);
    wakeFds.forEach(kernel::signal);
    if (settings.abortAfterNs() >= 0) {
      kernel.after(
          settings.abortAfterNs(),
          () -> {
            loops.forEach(EventLoop::abort);
            wakeFds.forEach(kernel::signal);
          });
    }
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
    for (EventLoop loop : loops) {
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
    text.append("repeat with -Dsluice.simulation.seed=").append(seed).append('\n');
    text.append(settings).append('\n');
    text.append("stopped: ").append(stopped).append('\n');
    for (EventLoop loop : loops) {
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

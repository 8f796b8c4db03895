package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.ring.simulation.Fault;
import io.sluice.ring.simulation.FaultPlan;
import io.sluice.ring.simulation.SimulatedClient;
import io.sluice.ring.simulation.SimulatedContent;
import io.sluice.ring.simulation.SimulatedKernel;
import io.sluice.ring.simulation.SimulatedPeer;
import io.sluice.server.config.ReadMode;
import io.sluice.server.log.CapturedLog;
import io.sluice.server.loop.PeerScript.Manner;
import io.sluice.server.store.MediaType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * One run of a node that has nothing itself, among peers of which all but one do what peers should
 * not do, and die, freeze and thaw while they are asked. The node freezes and thaws as well. The
 * seed decides all of it.
 *
 * <p>What must hold: with one good peer every client that behaves gets every byte; and in the end
 * everything is back in its place.
 */
final class RelaySimulation {
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long TIME_LIMIT_NS = TimeUnit.HOURS.toNanos(3);
  private static final long LIFE_NS = 15 * SECOND_NS;

  /** How often, and how long, all loops may be without CPU. */
  private static final int PAUSES_MAX = 3;

  private static final int TURNS_BETWEEN_PAUSES = 50;
  private static final long PAUSE_NS_MAX = 20 * SECOND_NS;

  /** Lines of the log in the report of a failed run; what is expected to be logged is not shown. */
  private static final int TURNS_MAX = 3_000_000;

  private static final int CLIENTS_MAX = 24;
  private static final int PEERS_MAX = 7;
  private static final int REQUESTS_MAX = 4;
  private static final int BLOBS_MAX = 4;
  private static final int BLOB_BYTES_MAX = 600_000;
  private static final int[] BLOCK_BYTES = {8 << 10, 16 << 10, 64 << 10};
  private static final Fault[] HARMLESS = {
    Fault.REORDER,
    Fault.LATE_WAKE_UP,
    Fault.SHORT_RECEIVE,
    Fault.SHORT_SEND,
    Fault.TRY_AGAIN,
    Fault.INTERRUPTED,
    Fault.CANCEL_RACE
  };

  private final SplittableRandom random;
  private final SimulatedKernel kernel;
  private final int clientCount;
  private final int loops;
  private final List<SimulatedBlob> blobs = new ArrayList<>();
  private final List<InetSocketAddress> addresses = new ArrayList<>();
  private final List<Manner> manners = new ArrayList<>();
  private final List<RegistryClient> clients = new ArrayList<>();
  private final List<SimulatedClient> connections = new ArrayList<>();
  private int pausesLeft;
  private SimulatedNode node;
  private int listenFd;
  private boolean stopped;

  private RelaySimulation(long seed) {
    random = new SplittableRandom(seed);
    FaultPlan faults = FaultPlan.none();
    for (Fault fault : HARMLESS) {
      if (random.nextBoolean()) {
        faults = faults.with(fault, 0.3 * random.nextDouble());
      }
    }
    kernel = new SimulatedKernel(seed, faults);
    kernel.setTimeLimitNs(TIME_LIMIT_NS);
    clientCount = 1 + random.nextInt(CLIENTS_MAX);
    loops = 1 + random.nextInt(2);
    pausesLeft = random.nextInt(3) > 0 ? 0 : 1 + random.nextInt(PAUSES_MAX);
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
    RelaySimulation simulation = new RelaySimulation(seed);
    return Seeds.explained(seed, new CapturedLog(), simulation::describe, simulation::run);
  }

  private Outcome run() {
    int directoryFd = kernel.openDirectory();
    listenFd = kernel.listen();
    kernel.setSendBuffer(listenFd, 1024 << random.nextInt(7));
    createBlobs();
    createPeers();
    SimulatedStore store = new SimulatedStore();
    store.publish();
    SimulatedRouter router =
        new SimulatedRouter(
            kernel, random.split(), addresses, random.nextBoolean() ? 0 : SECOND_NS / 20);
    try (SimulatedNode started =
        new SimulatedNode(
            kernel,
            store,
            directoryFd,
            listenFd,
            loops,
            drawShare(),
            new LoopTimeouts(60 * SECOND_NS, 60 * SECOND_NS, 60 * SECOND_NS, 60 * SECOND_NS),
            true,
            router,
            ReadMode.AUTO)) {
      node = started;
      createClients();
      turnUntilEnded();
    }
    return verdict();
  }

  private void createBlobs() {
    for (int i = 1 + random.nextInt(BLOBS_MAX); i > 0; i--) {
      boolean manifest = random.nextInt(4) == 0;
      long size = random.nextInt(8) == 0 ? random.nextInt(2) : random.nextInt(BLOB_BYTES_MAX);
      SimulatedContent content =
          SimulatedContent.generated(random.nextLong(), manifest ? 1 + size / 50 : size);
      blobs.add(
          new SimulatedBlob(
              LoopSimulation.drawDigest(random),
              content,
              manifest ? MediaType.OCI_MANIFEST : null));
    }
  }

  private void createPeers() {
    int count = 1 + random.nextInt(PEERS_MAX);
    int good = random.nextInt(count);
    Manner[] all = Manner.values();
    for (int i = 0; i < count; i++) {
      InetSocketAddress address = address(i);
      Manner manner = i == good ? Manner.GOOD : all[random.nextInt(all.length)];
      SimulatedPeer peer = PeerScript.add(kernel, address, random.split(), blobs, manner);
      addresses.add(address);
      manners.add(manner);
      if (i != good) {
        live(peer);
      }
    }
  }

  /** Lets a peer die, or freeze and thaw, some time. */
  private void live(SimulatedPeer peer) {
    switch (random.nextInt(4)) {
      case 0 -> kernel.at(random.nextLong(LIFE_NS), peer::die);
      case 1, 2 -> {
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
          long fromNs = random.nextLong(LIFE_NS);
          kernel.at(fromNs, peer::suspend);
          kernel.at(fromNs + random.nextLong(6 * SECOND_NS), peer::resume);
        }
      }
      default -> {}
    }
  }

  private LoopShare drawShare() {
    int all = 2 * clientCount;
    return new LoopShare(
        all,
        all,
        all,
        BLOCK_BYTES[random.nextInt(BLOCK_BYTES.length)],
        2,
        all,
        1 + random.nextInt(8),
        8,
        (32L << 10) << random.nextInt(7));
  }

  private void createClients() {
    SimulatedWorld world = new SimulatedWorld(List.of(), List.of(), blobs, true);
    RequestPlanner planner = new RequestPlanner(random, world);
    for (int number = 0; number < clientCount; number++) {
      List<PlannedRequest> requests = new ArrayList<>();
      for (int i = 1 + random.nextInt(REQUESTS_MAX); i > 0; i--) {
        requests.add(planner.drawRemote());
      }
      boolean vanishes = random.nextInt(5) == 0;
      RegistryClient client = new RegistryClient(number, requests, random.nextBoolean(), !vanishes);
      client.closeAtTheEnd();
      SimulatedClient connection = kernel.newClient(listenFd, client);
      connection.send(client.firstText());
      long startNs = random.nextLong(random.nextBoolean() ? SECOND_NS / 100 : LIFE_NS);
      if (vanishes) {
        connection.resetAfterReceiving(1 + random.nextLong(BLOB_BYTES_MAX));
        connection.at(startNs + random.nextLong(LIFE_NS), SimulatedClient::close);
      } else if (random.nextInt(4) == 0) {
        connection.setReadRate(100_000 + random.nextLong(1_000_000));
      }
      connection.at(startNs, SimulatedClient::connect);
      clients.add(client);
      connections.add(connection);
    }
  }

  private void turnUntilEnded() {
    kernel.interruptWhen(() -> !stopped && everybodyIsDone());
    for (int turns = 0; node.turn(); turns++) {
      if (turns == TURNS_MAX) {
        throw new AssertionError("the loops turn and turn, and nothing comes of it");
      }
      if (pausesLeft > 0 && random.nextInt(TURNS_BETWEEN_PAUSES) == 0) {
        pausesLeft--;
        kernel.advance(random.nextLong(PAUSE_NS_MAX));
      }
      if (!stopped && everybodyIsDone()) {
        stopped = true;
        for (int loop = 0; loop < loops; loop++) {
          node.stop(loop);
        }
      }
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
    for (EventLoop loop : node.loops()) {
      assertEquals(LoopUsage.NONE, loop.usage(), "in use at the end of loop " + loop.number());
    }
    kernel.assertQuiescent();
    kernel.advance(TimeUnit.MINUTES.toNanos(1));
    int responses = 0;
    int strictClients = 0;
    for (RegistryClient client : clients) {
      responses += client.answered();
      strictClients += client.isStrict() ? 1 : 0;
    }
    return new Outcome(responses, strictClients, kernel.traceHash());
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    text.append(loops).append(" loops, peers ").append(manners).append('\n');
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

  private static InetSocketAddress address(int peer) {
    try {
      byte[] ip = {10, 0, 1, (byte) (1 + peer)};
      return new InetSocketAddress(InetAddress.getByAddress(ip), 5000);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

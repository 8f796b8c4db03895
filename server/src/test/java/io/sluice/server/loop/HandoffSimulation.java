package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ring.simulation.Fault;
import io.sluice.ring.simulation.FaultPlan;
import io.sluice.ring.simulation.RemoteEnd;
import io.sluice.ring.simulation.SimulatedClient;
import io.sluice.server.log.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * One run of several loops among which connections move with every request, while slots, exchanges
 * and descriptors run out and the loops stop one after the other, or are broken off. The seed
 * decides all of it.
 *
 * <p>What must hold: each client gets exactly what it asked for, or a closed connection; in an
 * orderly run it gets everything; loops that are broken off end at once; and every descriptor is
 * closed once, which the simulated kernel watches.
 */
final class HandoffSimulation {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long ARRIVAL_NS_MAX = 500 * MS;

  /** A client that does not read begins to at last, to see what has become of it. */
  private static final long THAW_NS = TimeUnit.MINUTES.toNanos(1);

  /** From the moment at which the loops are broken off until they have ended. */
  private static final long ABORT_NS_MAX = 500 * MS;

  private static final int TURNS_MAX = 1_000_000;
  private static final int BLOCK_BYTES = 8 << 10;
  private static final int BLOB_BLOCKS_MAX = 16;
  private static final int BLOBS_MAX = 10;
  private static final int LOOPS_MAX = 5;
  private static final int CLIENTS_MAX = 40;
  private static final int REQUESTS_MAX = 5;
  private static final long SLOW_BYTES_PER_SECOND = 100_000;

  private static final Fault[] HARMLESS = {
    Fault.REORDER,
    Fault.LATE_WAKE_UP,
    Fault.SHORT_RECEIVE,
    Fault.SHORT_READ,
    Fault.SHORT_SEND,
    Fault.TRY_AGAIN,
    Fault.INTERRUPTED
  };

  private static final Fault[] HARMFUL = {
    Fault.TOO_MANY_FILES, Fault.CONNECTION_RESET, Fault.BROKEN_PIPE
  };

  private final SplittableRandom random;
  private final boolean orderly;

  /** Whether the kernel may take seconds to cancel something. */
  private final boolean cancelsLate;

  private final LoopFixture fixture;
  private final List<SimulatedBlob> blobs = new ArrayList<>();
  private final List<RegistryClient> clients = new ArrayList<>();
  private final List<SimulatedClient> connections = new ArrayList<>();
  private boolean stopped;
  private long abortedNs = -1;

  private HandoffSimulation(long seed) {
    random = new SplittableRandom(seed);
    orderly = random.nextInt(3) == 0;
    cancelsLate = random.nextBoolean();
    fixture = new LoopFixture(seed, drawFaults());
    fixture.loops = 2 + random.nextInt(LOOPS_MAX - 1);
    fixture.kernel.setDirectAlignment(fixture.directoryFd, 4096);
    int count = 4 + random.nextInt(CLIENTS_MAX - 3);
    fixture.share =
        new LoopShare(
            limit(count, 2),
            limit(count, 1),
            limit(count, 1),
            BLOCK_BYTES,
            2 + random.nextInt(8),
            8,
            4,
            orderly ? BLOBS_MAX : 2 + random.nextInt(BLOBS_MAX),
            1 << 20);
    if (!orderly && random.nextInt(4) == 0) {
      fixture.kernel.setDescriptorLimit(12 + random.nextInt(count));
    }
    for (int i = 2 + random.nextInt(BLOBS_MAX - 1); i > 0; i--) {
      int bytes = BLOCK_BYTES + 1 + random.nextInt(BLOB_BLOCKS_MAX * BLOCK_BYTES);
      blobs.add(fixture.blob(bytes));
    }
    fixture.start();
    for (int number = 0; number < count; number++) {
      connections.add(drawClient(number));
    }
  }

  /**
   * What a run came to.
   *
   * @param orderly whether every client had to get everything, and did
   * @param answered complete responses
   * @param moved connections that went to another loop
   * @param acceptPauses how often there was no room
   * @param aborted whether the loops were broken off with connections open
   * @param traceHash equal for equal runs
   */
  record Outcome(
      boolean orderly,
      int answered,
      int moved,
      int acceptPauses,
      boolean aborted,
      long traceHash) {}

  /** Runs everything that {@code seed} decides; throws when something is wrong. */
  static Outcome run(long seed) {
    CapturedLog log = new CapturedLog();
    HandoffSimulation simulation = new HandoffSimulation(seed);
    return Seeds.explained(seed, log, simulation::describe, simulation::runAndClose);
  }

  private Outcome runAndClose() {
    try (LoopFixture open = fixture) {
      return run(open);
    }
  }

  private FaultPlan drawFaults() {
    FaultPlan plan = FaultPlan.none();
    plan = cancelsLate ? plan.with(Fault.CANCEL_RACE, 0.3 * random.nextDouble()) : plan;
    for (Fault fault : HARMLESS) {
      plan = random.nextBoolean() ? plan.with(fault, 0.3 * random.nextDouble()) : plan;
    }
    for (Fault fault : HARMFUL) {
      boolean happens = random.nextInt(3) == 0 && !orderly;
      plan = happens ? plan.with(fault, 0.02 * random.nextDouble()) : plan;
    }
    return plan;
  }

  /** Enough for everybody on one loop, or not. */
  private int limit(int count, int least) {
    return orderly || random.nextInt(3) == 0 ? count : least + random.nextInt(count);
  }

  private SimulatedClient drawClient(int number) {
    List<PlannedRequest> requests = new ArrayList<>();
    for (int i = 1 + random.nextInt(REQUESTS_MAX); i > 0; i--) {
      requests.add(drawRequest());
    }
    RegistryClient client = new RegistryClient(number, requests, random.nextBoolean(), orderly);
    client.closeAtTheEnd();
    clients.add(client);
    SimulatedClient connection = fixture.kernel.newClient(fixture.listenFd, client);
    connection.send(client.firstText());
    long timeNs = random.nextLong(ARRIVAL_NS_MAX);
    switch (random.nextInt(orderly ? 2 : 5)) {
      case 0 -> connection.setReadRate(SLOW_BYTES_PER_SECOND + random.nextLong(1 << 22));
      case 2 -> connection.at(2 * timeNs, RemoteEnd::reset);
      case 3 -> {
        connection.setReadRate(0);
        connection.at(THAW_NS, frozen -> frozen.setReadRate(RemoteEnd.UNLIMITED));
      }
      case 4 -> connection.resetAfterReceiving(1 + random.nextInt(8 * BLOCK_BYTES));
      default -> {}
    }
    return connection.at(timeNs, SimulatedClient::connect);
  }

  private PlannedRequest drawRequest() {
    SimulatedBlob blob = blobs.get(random.nextInt(blobs.size()));
    return PlannedRequest.of(LoopFixture.get(blob), 200).withContent(blob, 0, blob.sizeBytes() - 1);
  }

  private Outcome run(LoopFixture started) {
    if (!orderly) {
      started.kernel.at(random.nextLong(2 * ARRIVAL_NS_MAX), this::stop);
    }
    started.kernel.interruptWhen(() -> !stopped && everybodyIsDone());
    for (int turns = 0; started.turn(); turns++) {
      assertTrue(turns < TURNS_MAX, "the loops turn and turn, and nothing comes of it");
      if (!stopped && everybodyIsDone()) {
        stop();
      }
    }
    if (abortedNs >= 0 && !cancelsLate) {
      long tookNs = started.kernel.nowNs() - abortedNs;
      assertTrue(tookNs < ABORT_NS_MAX, "broken off, the loops went on for " + tookNs + " ns");
    }
    return verdict(started);
  }

  /** Tells the loops to end, one after the other, and perhaps all of them to end at once. */
  private void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    long spreadNs = 1L << random.nextInt(30);
    for (int loop = 0; loop < fixture.loops; loop++) {
      int stopping = loop;
      fixture.kernel.after(random.nextLong(spreadNs), () -> fixture.stop(stopping));
    }
    if (!orderly && random.nextBoolean()) {
      fixture.kernel.after(random.nextLong(2 * spreadNs), this::abort);
    }
  }

  private void abort() {
    boolean underWay = fixture.eventLoops().stream().anyMatch(loop -> !loop.ended());
    abortedNs = underWay ? fixture.kernel.nowNs() : -1;
    fixture.abort();
  }

  private boolean everybodyIsDone() {
    return connections.stream().allMatch(SimulatedClient::isOver);
  }

  private Outcome verdict(LoopFixture ended) {
    ended.assertEverythingIsBack();
    assertEquals(0, ended.metric("sluice_connections"), "connections that were not counted");
    ended.kernel.advance(TimeUnit.MINUTES.toNanos(10));
    int answered = 0;
    for (int number = 0; number < clients.size(); number++) {
      RegistryClient client = clients.get(number);
      assertTrue(connections.get(number).isOver(), client + " still waits");
      answered += client.answered();
    }
    return new Outcome(
        orderly,
        answered,
        (int) ended.metric("sluice_connections_moved_total"),
        (int) ended.metric("sluice_accept_pauses_total"),
        abortedNs >= 0,
        ended.kernel.traceHash());
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    text.append(fixture.loops).append(" loops with ").append(fixture.share);
    text.append(orderly ? ", orderly" : "").append(stopped ? ", stopped" : "").append('\n');
    for (EventLoop loop : fixture.eventLoops()) {
      text.append("loop ").append(loop.number()).append(": ").append(loop.usage()).append('\n');
    }
    return text.append(fixture.kernel.recentTrace()).toString();
  }
}

package io.sluice.server.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.ring.simulation.Fault;
import io.sluice.ring.simulation.FaultPlan;
import io.sluice.ring.simulation.RemoteEnd;
import io.sluice.ring.simulation.SimulatedClient;
import io.sluice.server.config.Limits;
import io.sluice.server.log.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * One run of convoys: groups of healthy clients, each group after a blob of its own, and others who
 * disturb them in every second run. The seed decides all of it.
 *
 * <p>What must hold: every byte is right; a group that comes within a part of its window has the
 * device read its blob once; each of the others costs what it takes, once unless it is slow, and
 * what was read ahead for it; healthy clients get theirs at their own pace, whatever others do, and
 * all who read on get everything; and in the end all blocks are back.
 */
final class ConvoySimulation {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
  private static final int BLOCK_BYTES = 32 << 10;
  private static final int BLOBS_MAX = 3;
  private static final int BLOB_BLOCKS_MIN = 40;
  private static final int BLOB_BLOCKS_MAX = 80;
  private static final int LOOPS_MAX = 4;
  private static final int BLOCKS_MIN = 16;
  private static final int BLOCKS_MAX = 48;
  private static final int GROUP_MAX = 5;
  private static final int OTHERS_MAX = 3;

  /** All of a group arrive while its first would read this part of the window. */
  private static final int WINDOW_DIVISOR = 4;

  /** Rates of healthy clients differ by this part. */
  private static final int RATE_DIVISOR = 50;

  /** What a group may have read for each byte of its blob. */
  private static final double READS_MAX = 1.15;

  /**
   * Half a second is what a convoy may wait for others behind it. On top of that, after 100 ms who
   * holds up others is left, and who is held up leaves; some do so twice.
   */
  private static final long HELD_UP_NS_MAX = 500 * MS + 2 * 100 * MS;

  private static final double SLOWDOWN_MAX = 1.2;

  /**
   * For each byte of a slow client: each time its socket has room a block is read for it, and a
   * third of its send buffer taken.
   */
  private static final int SLOW_READS_MAX = 3;

  /** What is read for one who leaves, and no use to anybody. */
  private static final long READ_AHEAD_BYTES = 8 * BLOCK_BYTES;

  /** Lines of the log in the report of a failed run; what is expected to be logged is not shown. */
  private static final Fault[] HARMLESS = {
    Fault.REORDER,
    Fault.LATE_WAKE_UP,
    Fault.SHORT_READ,
    Fault.SHORT_SEND,
    Fault.TRY_AGAIN,
    Fault.INTERRUPTED,
    Fault.CANCEL_RACE
  };

  private final SplittableRandom random;
  private final boolean disturbed;
  private final LoopFixture fixture;
  private final int blocks;
  private final List<SimulatedBlob> blobs = new ArrayList<>();
  private final List<ConvoyClient> healthy = new ArrayList<>();

  /** Those that are neither healthy nor leave by themselves, and must be served as well. */
  private final List<ConvoyClient> steady = new ArrayList<>();

  private final List<ConvoyClient> clients = new ArrayList<>();
  private int done;
  private double readsMax;

  private ConvoySimulation(long seed) {
    random = new SplittableRandom(seed);
    disturbed = random.nextBoolean();
    fixture = new LoopFixture(seed, drawFaults());
    fixture.loops = 1 + random.nextInt(LOOPS_MAX);
    fixture.kernel.setDirectAlignment(fixture.directoryFd, 4096);
    blocks = random.nextInt(BLOCKS_MIN, BLOCKS_MAX + 1);
    int all = BLOBS_MAX * (GROUP_MAX + 8 * OTHERS_MAX);
    // Little lies in sockets, as in a real node, whose blocks are larger than its send buffers: the
    // least for everybody, and nothing beyond.
    long sendBudgetBytes = 0;
    fixture.share = new LoopShare(all, all, all, BLOCK_BYTES, blocks, 8, 4, 8, sendBudgetBytes);
  }

  /**
   * What a run came to.
   *
   * @param disturbed whether others disturbed the groups
   * @param served clients that got everything
   * @param readsMax what was read at most of any blob for each of its bytes
   * @param traceHash equal for equal runs
   */
  record Outcome(boolean disturbed, int served, double readsMax, long traceHash) {}

  /** Runs everything that {@code seed} decides; throws when something is wrong. */
  static Outcome run(long seed) {
    ConvoySimulation simulation = new ConvoySimulation(seed);
    return Seeds.explained(seed, new CapturedLog(), simulation::describe, simulation::run);
  }

  private Outcome run() {
    try (LoopFixture open = fixture) {
      draw();
      open.turnUntil(this::everybodyIsDone, this::checkBlocked);
      open.finish();
      return verdict();
    }
  }

  private FaultPlan drawFaults() {
    FaultPlan plan = FaultPlan.none();
    for (Fault fault : HARMLESS) {
      if (random.nextInt(3) == 0) {
        plan = plan.with(fault, 0.2 * random.nextDouble());
      }
    }
    return plan;
  }

  private void draw() {
    int count = 1 + random.nextInt(BLOBS_MAX);
    for (int i = 0; i < count; i++) {
      long size = random.nextInt(BLOB_BLOCKS_MIN, BLOB_BLOCKS_MAX) * (long) BLOCK_BYTES;
      blobs.add(fixture.blob(size + random.nextInt(BLOCK_BYTES)));
    }
    fixture.start();
    for (SimulatedBlob blob : blobs) {
      long rate = (1L << 20) << random.nextInt(4);
      long durationNs = blob.sizeBytes() * SECOND_NS / rate;
      long windowBytes = (long) blocks / count * BLOCK_BYTES;
      long spreadNs = windowBytes * SECOND_NS / rate / WINDOW_DIVISOR;
      long fromNs = random.nextLong(durationNs);
      for (int i = 1 + random.nextInt(GROUP_MAX); i > 0; i--) {
        ConvoyClient client = create(blob, "healthy", rate - random.nextLong(rate / RATE_DIVISOR));
        healthy.add(client);
        client.connect(fixture.listenFd, fromNs + random.nextLong(spreadNs));
      }
      if (disturbed) {
        for (int i = random.nextInt(OTHERS_MAX + 1); i > 0; i--) {
          disturb(blob, rate, random.nextLong(2 * durationNs), durationNs);
        }
      }
    }
  }

  private void disturb(SimulatedBlob blob, long rate, long atNs, long durationNs) {
    long laterNs = atNs + random.nextLong(durationNs);
    switch (random.nextInt(8)) {
      case 0 -> steady(blob, "slow", rate / (3 + random.nextInt(8)), atNs);
      case 1 -> steady(blob, "late", rate, atNs);
      case 2 -> {
        long thawNs = laterNs + random.nextLong(SECOND_NS);
        freeze(steady(blob, "pausing", rate, atNs), laterNs, thawNs, rate);
      }
      case 3 ->
          freeze(leaving(blob, "frozen", rate, atNs), laterNs, laterNs + 60 * SECOND_NS, rate);
      case 4 ->
          leaving(blob, "dying", rate, atNs)
              .resetAfterReceiving(1 + random.nextLong(blob.sizeBytes()));
      case 5 -> leaving(blob, "closing", rate, atNs).at(laterNs, RemoteEnd::close);
      case 6 -> {
        long from = random.nextLong(blob.sizeBytes());
        long to = random.nextLong(blob.sizeBytes() + 1);
        fixture.kernel.at(
            laterNs, () -> blob.setResident(Math.min(from, to), Math.max(from, to), true));
      }
      default -> {
        for (int restarts = random.nextInt(8); restarts >= 0; restarts--) {
          leaving(blob, "restarting", RemoteEnd.UNLIMITED, atNs + restarts * 20 * MS)
              .resetAfterReceiving(1 + random.nextInt(20 * BLOCK_BYTES));
        }
      }
    }
  }

  private static void freeze(SimulatedClient client, long fromNs, long toNs, long rate) {
    client.at(fromNs, frozen -> frozen.setReadRate(0));
    client.at(toNs, thawed -> thawed.setReadRate(rate));
  }

  private SimulatedClient steady(SimulatedBlob blob, String manner, long rate, long atNs) {
    ConvoyClient client = create(blob, manner, rate);
    steady.add(client);
    return client.connect(fixture.listenFd, atNs);
  }

  private SimulatedClient leaving(SimulatedBlob blob, String manner, long rate, long atNs) {
    return create(blob, manner, rate).connect(fixture.listenFd, atNs);
  }

  /** One who wants all of a blob, or, among healthy ones now and then, most of it. */
  private ConvoyClient create(SimulatedBlob blob, String manner, long rate) {
    long first = random.nextInt(4) == 0 ? random.nextLong(BLOCK_BYTES) : 0;
    ConvoyClient client =
        new ConvoyClient(fixture.kernel, blob, first, blob.sizeBytes() - 1, manner, rate);
    clients.add(client);
    return client;
  }

  private boolean everybodyIsDone() {
    while (done < clients.size() && clients.get(done).isOver()) {
      done++;
    }
    return done == clients.size();
  }

  private void checkBlocked() {
    for (EventLoop loop : fixture.eventLoops()) {
      assertEquals(0, loop.usage().blocksOfBlocked(), "blocks of clients that take nothing");
    }
  }

  private Outcome verdict() {
    for (ConvoyClient client : healthy) {
      assertTrue(client.isServed(), () -> client + " was not served");
      long aloneNs = client.length() * SECOND_NS / client.rate;
      long tookNs = client.tookNs();
      boolean inTime = tookNs <= aloneNs * SLOWDOWN_MAX + HELD_UP_NS_MAX;
      assertTrue(inTime, () -> client + " took " + tookNs + " ns instead of " + aloneNs);
    }
    for (ConvoyClient client : steady) {
      assertTrue(client.isServed(), () -> client + " was not served");
    }
    for (SimulatedBlob blob : blobs) {
      checkReads(blob);
    }
    int served = 0;
    for (ConvoyClient client : clients) {
      served += client.isServed() ? 1 : 0;
    }
    return new Outcome(disturbed, served, readsMax, fixture.kernel.traceHash());
  }

  private void checkReads(SimulatedBlob blob) {
    double allowed = blob.sizeBytes();
    for (ConvoyClient client : clients) {
      if (client.blob == blob && !healthy.contains(client)) {
        int reads = client.manner.equals("slow") ? SLOW_READS_MAX : 1;
        allowed += reads * client.received() + Limits.SOCKET_SEND_MIN_BYTES + READ_AHEAD_BYTES;
      }
    }
    double read = blob.deviceReadBytes();
    readsMax = Math.max(readsMax, read / blob.sizeBytes());
    // Who just misses the window reads by himself until he has caught up.
    double limit = allowed * READS_MAX + (disturbed ? READ_AHEAD_BYTES : 0);
    assertTrue(read <= limit, () -> read + " bytes of " + blob + " were read, allowed " + limit);
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    text.append(fixture.loops).append(" loops of ").append(blocks).append(" blocks, ");
    text.append(blobs.size()).append(" blobs\n");
    for (ConvoyClient client : clients) {
      text.append(client.isServed() ? "served: " : "not served: ").append(client).append('\n');
    }
    return text.append(fixture.kernel.recentTrace()).toString();
  }
}

package io.sluice.server.loop;

import io.sluice.ring.simulation.Fault;
import io.sluice.ring.simulation.FaultPlan;
import io.sluice.server.config.ReadMode;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * The size of one simulated node and the temper of its kernel, drawn from the seed.
 *
 * @param friendly whether nothing goes wrong that a client could notice, and every client that
 *     behaves must be served to the last byte
 * @param loops event loops
 * @param clients clients
 * @param share each loop's limits
 * @param timeouts the loops' time-outs
 * @param faults what the kernel does
 * @param directReads whether the file system takes O_DIRECT
 * @param readFlagsKnown whether the file system knows flags of reads
 * @param readMode how the node reads
 * @param directAlignment what O_DIRECT reads must be aligned to, in bytes
 * @param sendBufferBytes of accepted sockets
 * @param backlog connections that wait to be accepted
 * @param descriptors limit of open descriptors
 * @param peers other nodes
 * @param peersGood whether all of them answer well
 * @param stopAtNs when the node is told to stop; negative for when all clients are done
 * @param abortAfterNs how long after that it is told to stop at once; negative for never
 */
record SimulationSettings(
    boolean friendly,
    int loops,
    int clients,
    LoopShare share,
    LoopTimeouts timeouts,
    FaultPlan faults,
    boolean directReads,
    boolean readFlagsKnown,
    ReadMode readMode,
    int directAlignment,
    int sendBufferBytes,
    int backlog,
    int descriptors,
    int peers,
    boolean peersGood,
    long stopAtNs,
    long abortAfterNs) {
  private static final int CLIENTS_MIN = 2;
  private static final int CLIENTS_MAX = 64;
  private static final int BLOBS_MAX = 64;
  private static final int DESCRIPTORS_UNLIMITED = 1 << 20;
  private static final int[] BLOCK_BYTES = {8 << 10, 16 << 10, 64 << 10, 128 << 10};
  private static final ReadMode[] READ_MODES = {
    ReadMode.AUTO, ReadMode.AUTO, ReadMode.DIRECT, ReadMode.DONTCACHE, ReadMode.BUFFERED
  };
  private static final Fault[] HARMLESS = {
    Fault.REORDER,
    Fault.LATE_WAKE_UP,
    Fault.SHORT_RECEIVE,
    Fault.SHORT_READ,
    Fault.SHORT_SEND,
    Fault.TRY_AGAIN,
    Fault.INTERRUPTED,
    Fault.CANCEL_RACE,
    Fault.PAGES_DROPPED
  };

  static SimulationSettings draw(long seed, SplittableRandom random) {
    boolean friendly = random.nextInt(3) == 0;
    int clients =
        CLIENTS_MIN
            + Math.min(
                random.nextInt(CLIENTS_MAX - CLIENTS_MIN + 1),
                random.nextInt(CLIENTS_MAX - CLIENTS_MIN + 1));
    int peers = random.nextInt(2) == 0 ? 0 : 1 + random.nextInt(3);
    boolean stopsEarly = !friendly && random.nextInt(3) == 0;
    boolean scarceDescriptors = !friendly && random.nextInt(4) == 0;
    return new SimulationSettings(
        friendly,
        1 + random.nextInt(3) / 2,
        clients,
        drawShare(random, friendly, clients),
        drawTimeouts(random, friendly),
        friendly ? harmless(random) : FaultPlan.random(seed),
        random.nextInt(4) > 0,
        random.nextBoolean(),
        READ_MODES[random.nextInt(READ_MODES.length)],
        random.nextBoolean() && !friendly ? 512 : 4096,
        1024 << random.nextInt(7),
        friendly || random.nextBoolean() ? clients : 1 + random.nextInt(clients),
        scarceDescriptors ? 8 + random.nextInt(clients) : DESCRIPTORS_UNLIMITED,
        peers,
        friendly || random.nextBoolean(),
        stopsEarly ? random.nextLong(TimeUnit.SECONDS.toNanos(6)) : -1,
        stopsEarly && random.nextBoolean() ? random.nextLong(1L << (20 + random.nextInt(13))) : -1);
  }

  private static LoopShare drawShare(SplittableRandom random, boolean friendly, int clients) {
    return new LoopShare(
        limit(random, false, clients, 2),
        limit(random, friendly, clients, 1),
        limit(random, friendly, clients, 1),
        BLOCK_BYTES[random.nextInt(BLOCK_BYTES.length)],
        2 + random.nextInt(15),
        limit(random, friendly, clients, 1),
        1 + random.nextInt(6),
        friendly ? BLOBS_MAX : 1 + random.nextInt(8),
        (32L << 10) << random.nextInt(7));
  }

  /** Enough for everybody, or not. */
  private static int limit(SplittableRandom random, boolean friendly, int clients, int least) {
    return friendly || random.nextInt(3) == 0
        ? clients + random.nextInt(clients)
        : least + random.nextInt(clients);
  }

  private static LoopTimeouts drawTimeouts(SplittableRandom random, boolean friendly) {
    long leastMs = friendly ? 3000 : 300;
    return new LoopTimeouts(
        drawMs(random, leastMs),
        drawMs(random, leastMs),
        drawMs(random, friendly ? 8000 : 1000),
        drawMs(random, leastMs));
  }

  private static long drawMs(SplittableRandom random, long leastMs) {
    return TimeUnit.MILLISECONDS.toNanos(leastMs + random.nextLong(5000));
  }

  private static FaultPlan harmless(SplittableRandom random) {
    FaultPlan plan = FaultPlan.none();
    for (Fault fault : HARMLESS) {
      if (random.nextBoolean()) {
        plan = plan.with(fault, 0.3 * random.nextDouble());
      }
    }
    return plan;
  }
}

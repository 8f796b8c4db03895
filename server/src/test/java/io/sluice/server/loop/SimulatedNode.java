package io.sluice.server.loop;

import io.sluice.memory.FixedMemory;
import io.sluice.ring.simulation.SimulatedKernel;
import io.sluice.routing.ContentRouter;
import io.sluice.routing.StaticRouter;
import io.sluice.server.config.Limits;
import io.sluice.server.config.ReadMode;
import io.sluice.server.control.ControlChannel;
import io.sluice.server.control.InlineControlPlane;
import io.sluice.server.control.MediaTypes;
import io.sluice.server.http.Credentials;
import io.sluice.server.metrics.LoopMetrics;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Event loops and a control plane over a simulated kernel, all on the caller's thread: what a node
 * is without its command line, its metrics port and its threads.
 */
final class SimulatedNode implements AutoCloseable {
  /** Directory of the blobs below the store's root. */
  static final String BLOBS = "blobs/";

  /** How long the number of idle CPUs stays the same. */
  private static final long SPARE_CPUS_NS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long EPOCH_MS = 1_700_000_000_000L;

  private final SimulatedKernel kernel;
  private final SimulatedStore store;
  private static final int HOMES = 8;

  private final LoopShare share;
  private final LoopTimeouts timeouts;
  private final boolean peersExist;
  private final ReadMode readMode;
  private final int directoryFd;
  private final int listenFd;
  private final MediaTypes mediaTypes = new MediaTypes();
  private final List<EventLoop> loops = new ArrayList<>();
  private final List<LoopMetrics> metrics = new ArrayList<>();
  private final List<EventLoop> running = new ArrayList<>();
  private final List<Integer> wakeFds = new ArrayList<>();
  private final FixedMemory mapping;
  private final InlineControlPlane control;
  private LongSupplier controlDelayNs = () -> 0;
  private boolean controlScheduled;
  private boolean closed;

  /**
   * Starts a node.
   *
   * @param store what it has
   * @param directoryFd the directory with the store's {@link #BLOBS}
   * @param listenFd where clients connect
   * @param count of event loops
   * @param peers whom it may ask
   * @param readMode how it reads blobs
   */
  SimulatedNode(
      SimulatedKernel kernel,
      SimulatedStore store,
      int directoryFd,
      int listenFd,
      int count,
      LoopShare share,
      LoopTimeouts timeouts,
      List<InetSocketAddress> peers,
      ReadMode readMode) {
    this(
        kernel,
        store,
        directoryFd,
        listenFd,
        count,
        share,
        timeouts,
        !peers.isEmpty(),
        new StaticRouter(peers),
        readMode);
  }

  /** Starts a node whose peers a router finds. */
  SimulatedNode(
      SimulatedKernel kernel,
      SimulatedStore store,
      int directoryFd,
      int listenFd,
      int count,
      LoopShare share,
      LoopTimeouts timeouts,
      boolean peersExist,
      ContentRouter router,
      ReadMode readMode) {
    this.kernel = kernel;
    this.store = store;
    this.share = share;
    this.timeouts = timeouts;
    this.peersExist = peersExist;
    this.readMode = readMode;
    this.directoryFd = directoryFd;
    this.listenFd = listenFd;
    FixedMemory.Plan plan = FixedMemory.plan();
    List<LoopMemory> memory = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      memory.add(new LoopMemory(plan, i, share));
    }
    mapping = plan.map();
    List<ControlChannel> channels = new ArrayList<>();
    start(memory, channels);
    control = new InlineControlPlane(channels, store, router, mediaTypes);
  }

  private void start(List<LoopMemory> memory, List<ControlChannel> channels) {
    Handoff[] handoffs = new Handoff[memory.size()];
    for (int i = 0; i < memory.size(); i++) {
      int wakeFd = kernel.openEventFd();
      wakeFds.add(wakeFd);
      Runnable wake = () -> kernel.signal(wakeFd);
      LoopMemory of = memory.get(i);
      handoffs[i] = new Handoff(of.handoff.segment(), share.connections(), memory.size(), wake);
      channels.add(
          new ControlChannel(of.controlRequests.segment(), of.controlReplies.segment(), wake));
    }
    LoopContext context = context();
    for (int i = 0; i < memory.size(); i++) {
      metrics.add(new LoopMetrics(i));
    }
    for (int i = 0; i < memory.size(); i++) {
      EventLoop loop =
          new EventLoop(
              i,
              context,
              share,
              memory.get(i),
              channels.get(i),
              handoffs,
              i == 0,
              listenFd,
              wakeFds.get(i),
              metrics.get(i));
      loops.add(loop);
      running.add(loop);
      loop.start();
    }
  }

  private LoopContext context() {
    return new LoopContext(
        kernel::openRing,
        new SimulatedSocketControl(kernel),
        store,
        directoryFd,
        BLOBS.getBytes(StandardCharsets.US_ASCII),
        () -> new SimulatedResidentFiles(kernel),
        loop -> nowNs -> spareCpus(loop, nowNs),
        readMode,
        true,
        mediaTypes,
        () -> true,
        peersExist,
        new Credentials(),
        new HomeTable(HOMES, wakeFds.size(), Limits.BLOB_HOME_KEPT_NS, kernel.nowNs()),
        kernel::nowNs,
        () -> EPOCH_MS + TimeUnit.NANOSECONDS.toMillis(kernel.nowNs()),
        timeouts);
  }

  /** None, one or two, in turn. */
  private static int spareCpus(int loop, long nowNs) {
    return (int) ((nowNs / SPARE_CPUS_NS + loop) % 3);
  }

  /** One turn of each loop; false when all loops have ended. */
  boolean turn() {
    running.removeIf(loop -> !turn(loop));
    if (!controlScheduled && control.hasRequests()) {
      controlScheduled = true;
      kernel.after(controlDelayNs.getAsLong(), this::serve);
    }
    return !running.isEmpty();
  }

  private void serve() {
    controlScheduled = false;
    if (!closed) {
      control.serve();
    }
  }

  private static boolean turn(EventLoop loop) {
    boolean more = loop.turn();
    if (!more) {
      loop.end();
    }
    return more;
  }

  List<EventLoop> loops() {
    return loops;
  }

  /** What all loops count. */
  List<LoopMetrics> metrics() {
    return metrics;
  }

  /** How long the control plane takes for its answers; 0 unless set. */
  void controlDelayNs(LongSupplier delayNs) {
    controlDelayNs = delayNs;
  }

  /** Ends one loop gently. */
  void stop(int loop) {
    loops.get(loop).stop();
    kernel.signal(wakeFds.get(loop));
  }

  /** Ends the loops at once. */
  void abort() {
    loops.forEach(EventLoop::abort);
    wakeFds.forEach(kernel::signal);
  }

  /** Unmaps the loops' memory: nothing may be in flight any more. */
  @Override
  public void close() {
    closed = true;
    control.close();
    mapping.close();
  }
}

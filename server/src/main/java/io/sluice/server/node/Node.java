package io.sluice.server.node;

import io.sluice.linux.Descriptors;
import io.sluice.linux.LinuxException;
import io.sluice.linux.Sockets;
import io.sluice.memory.FixedMemory;
import io.sluice.ring.IoUring;
import io.sluice.ring.UringFeature;
import io.sluice.ring.UringFeatures;
import io.sluice.server.config.BuildInfo;
import io.sluice.server.config.HostPort;
import io.sluice.server.config.Limits;
import io.sluice.server.config.Settings;
import io.sluice.server.config.StartupException;
import io.sluice.server.config.StoreChoice;
import io.sluice.server.control.BasicAuthFile;
import io.sluice.server.control.ControlPlane;
import io.sluice.server.control.MediaTypes;
import io.sluice.server.http.Credentials;
import io.sluice.server.log.Log;
import io.sluice.server.loop.HomeTable;
import io.sluice.server.loop.IdleWatch;
import io.sluice.server.loop.LoopContext;
import io.sluice.server.loop.LoopGroup;
import io.sluice.server.loop.LoopMemory;
import io.sluice.server.loop.LoopShare;
import io.sluice.server.loop.LoopThreads;
import io.sluice.server.loop.LoopTimeouts;
import io.sluice.server.metrics.ContainerdCollector;
import io.sluice.server.metrics.LoopMetrics;
import io.sluice.server.metrics.MeasuredRouter;
import io.sluice.server.metrics.MetricsServer;
import io.sluice.server.metrics.NodeMetrics;
import io.sluice.server.metrics.RouterCollector;
import io.sluice.server.pull.AdminToken;
import io.sluice.server.pull.PullDesk;
import io.sluice.server.pull.Puller;
import io.sluice.server.store.BlobStore;
import io.sluice.server.store.ContainerdStore;
import io.sluice.server.store.Readiness;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/** A running node: its loops, its control plane, its metrics port. */
public final class Node implements AutoCloseable {
  private static final Log LOG = Log.of("node");
  private static final long WATCH_MS = 500;
  private static final Readiness NOT_READY =
      new Readiness(false, "The node is not ready: it is starting or stopping.");

  private final Settings settings;
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private final CountDownLatch terminated = new CountDownLatch(1);
  private final Credentials credentials = new Credentials();
  private BasicAuthFile basicAuth;
  private MeasuredRouter router;
  private InetSocketAddress registryAddress;
  private MetricsServer metricsServer;
  private LoopGroup loops;
  private volatile boolean ready;
  private boolean stopped;

  private Node(Settings settings) {
    this.settings = settings;
  }

  /**
   * Starts a node; when this returns it accepts connections.
   *
   * @throws StartupException in one sentence, when something that it needs is missing; nothing is
   *     left behind then
   */
  public static Node start(Settings settings) {
    Node node = new Node(settings);
    try {
      node.open();
      return node;
    } catch (LinuxException | IOException failed) {
      node.closeResources();
      throw new StartupException(failed.getMessage(), failed);
    } catch (RuntimeException failed) {
      node.closeResources();
      throw failed;
    }
  }

  /** Where the registry listens; with the port that the kernel chose when 0 was asked for. */
  public InetSocketAddress registryAddress() {
    return registryAddress;
  }

  /** The port of metrics and health. */
  public int metricsPort() {
    return metricsServer.port();
  }

  /** Waits until the node has stopped. */
  public void awaitTermination() {
    IdleWatch idle =
        new IdleWatch(this::activity, Limits.IDLE_GIVE_BACK_NS, Node::giveBack, System.nanoTime());
    try {
      while (!terminated.await(WATCH_MS, TimeUnit.MILLISECONDS)) {
        idle.look(System.nanoTime());
        if (loops.failure() != null) {
          stop();
          throw new IllegalStateException("an event loop has died", loops.failure());
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Stops: no new connections, what is in flight is finished within the shutdown time-out, then
   * everything is let go. Further calls wait for the first.
   */
  public synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    ready = false;
    LOG.info("stopping", "graceMs", settings.shutdownTimeoutNs() / 1_000_000);
    try {
      boolean finished = loops.stop(settings.shutdownTimeoutNs());
      LOG.info(finished ? "stopped" : "stopped; transfers were broken off");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      closeResources();
      terminated.countDown();
    }
  }

  @Override
  public void close() {
    stop();
  }

  private long activity() {
    long sum = 0;
    for (LoopMetrics metrics : loops.metrics()) {
      sum += metrics.activity();
    }
    return sum;
  }

  /** What an idle node does not need: garbage, free heap, pages of its own files. */
  private static void giveBack() {
    System.gc();
    RuntimeFiles.giveBackMapped();
  }

  private void open() throws IOException {
    MemoryFit.require(settings, MemoryTable.of(settings), Path.of("/"));
    // Three times, so that what was read to start and what is kept from then on never add up.
    RuntimeFiles.giveBack();
    settings.basicAuthFile().ifPresent(this::readCredentials);
    UringFeatures features = UringFeatures.probe();
    BlobStore store = keep(Stores.open(settings.store()));
    LoopShare share = LoopShares.of(settings);
    List<LoopMemory> memory = new ArrayList<>();
    FixedMemory.Plan plan = FixedMemory.plan();
    for (int i = 0; i < settings.loops(); i++) {
      memory.add(new LoopMemory(plan, i, share));
    }
    keep(plan.map());
    router = keep(new MeasuredRouter(Routers.open(settings)));
    MediaTypes mediaTypes = new MediaTypes();
    LoopContext context = context(features, store, mediaTypes);
    int listenFd = listen(settings.registryAddr());
    loops = new LoopGroup(context, share, memory, listenFd);
    keep(loops::close);
    startControlPlane(store, mediaTypes);
    store.start();
    startMetrics(store);
    loops.start();
    ready = true;
    announce(store);
    RuntimeFiles.readSingly();
    RuntimeFiles.giveBack();
  }

  private void readCredentials(Path path) {
    basicAuth = new BasicAuthFile(path, credentials);
  }

  private LoopContext context(UringFeatures features, BlobStore store, MediaTypes mediaTypes)
      throws IOException {
    BlobAnchor blobs = BlobAnchor.of(store.blobsDirectory());
    int directoryFd = Descriptors.openDirectory(blobs.directory());
    keep(() -> Descriptors.close(directoryFd));
    LoopThreads threads =
        new LoopThreads(settings.loops(), Runtime.getRuntime().availableProcessors());
    int completions = LoopShares.completionEntries(settings);
    return new LoopContext(
        () -> IoUring.open(features, Limits.SUBMISSION_ENTRIES, completions),
        new LinuxSocketControl(),
        store,
        directoryFd,
        blobs.prefix(),
        () -> new LinuxResidentFiles(features.isEnabled(UringFeature.CACHESTAT)),
        threads::enter,
        settings.readMode(),
        features.isEnabled(UringFeature.DONTCACHE),
        mediaTypes,
        () -> readiness(store).ready(),
        settings.asksPeers(),
        credentials,
        new HomeTable(
            Limits.BLOB_HOMES,
            settings.loops(),
            Limits.BLOB_HOME_KEPT_NS,
            SystemNanoClock.INSTANCE.nanoTime()),
        SystemNanoClock.INSTANCE,
        SystemEpochClock.INSTANCE,
        new LoopTimeouts(
            settings.headerTimeoutNs(),
            settings.idleTimeoutNs(),
            settings.progressTimeoutNs(),
            Limits.WORK_TIMEOUT_NS,
            settings.peerStallTimeoutNs()));
  }

  private int listen(HostPort address) {
    int fd =
        Sockets.listenTcp(
            Addresses.resolve(address),
            (int) Limits.SOCKET_SEND_IDLE_BYTES,
            (int) Limits.SOCKET_RECEIVE_BYTES,
            Limits.BACKLOG);
    keep(() -> Descriptors.close(fd));
    registryAddress = Sockets.localAddress(fd);
    return fd;
  }

  private void startControlPlane(BlobStore store, MediaTypes mediaTypes) {
    ControlPlane control =
        keep(
            new ControlPlane(
                loops.channels(), store, router, mediaTypes, settings.store().imageFilter()));
    if (settings.discovery().isOn()) {
      control.advertise();
    }
    if (basicAuth != null) {
      control.follow(basicAuth);
    }
    control.start();
  }

  private Readiness readiness(BlobStore store) {
    return ready ? store.readiness() : NOT_READY;
  }

  private void startMetrics(BlobStore store) throws IOException {
    NodeMetrics metrics = new NodeMetrics(BuildInfo.read().version(), loops.metrics());
    if (settings.discovery().isOn()) {
      metrics.register(new RouterCollector(router));
    }
    if (store instanceof ContainerdStore containerd) {
      metrics.register(new ContainerdCollector(containerd::status));
    }
    metricsServer =
        keep(
            new MetricsServer(
                Addresses.resolve(settings.metricsAddr()), metrics, () -> readiness(store)));
    settings.adminTokenFile().ifPresent(file -> metricsServer.admin(openDesk(file, metrics)));
    metricsServer.start();
  }

  /** Where images can be asked for. */
  private PullDesk openDesk(Path tokenFile, NodeMetrics metrics) {
    Path socket =
        settings.store() instanceof StoreChoice.Containerd containerd
            ? containerd.socketPath()
            : StoreChoice.CONTAINERD_SOCKET;
    Puller puller = new Puller(socket, () -> Optional.of(metrics.sources()));
    return keep(new PullDesk(new AdminToken(tokenFile), puller));
  }

  private void announce(BlobStore store) {
    RuntimeFiles.checkArchive();
    MemoryTable.of(settings).toText().lines().forEach(line -> LOG.info("memory: " + line.strip()));
    LOG.info(
        "ready",
        "registry",
        registryAddress,
        "metrics",
        metricsServer.port(),
        "store",
        store.description(),
        "loops",
        settings.loops());
  }

  private <T extends AutoCloseable> T keep(T resource) {
    resources.push(resource);
    return resource;
  }

  /** In the opposite order of their creation. */
  private void closeResources() {
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception failed) {
        LOG.warn("something could not be closed", failed);
      }
    }
  }
}

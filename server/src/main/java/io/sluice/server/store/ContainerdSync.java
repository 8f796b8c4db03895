package io.sluice.server.store;

import io.sluice.server.log.Log;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps a {@link ContentIndex} up to date with a content directory and a runtime's images, on a
 * thread of its own. Nothing that either of them does ends it: without the runtime it goes on with
 * the directory, and connects again, at first soon and then every {@link #RECONNECT_MAX_NS}.
 */
final class ContainerdSync implements AutoCloseable {
  /** Before the first attempt to connect again. */
  static final long RECONNECT_MIN_NS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Between two attempts to connect again, at most. */
  static final long RECONNECT_MAX_NS = TimeUnit.SECONDS.toNanos(2);

  /** Between two catalogs: what happens within counts as one change. */
  static final long PUBLISH_NS = TimeUnit.MILLISECONDS.toNanos(100);

  /** From a change to the catalog that has it: changes come in bunches. */
  static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(10);

  /**
   * From a connection to the second list of all images: the runtime does not say when it begins to
   * tell of changes.
   */
  static final long FIRST_AGAIN_NS = TimeUnit.SECONDS.toNanos(1);

  /** Between two lists of all images at least, however many changes are told of. */
  static final long LIST_NS = TimeUnit.SECONDS.toNanos(1);

  /** Between two questions for images that have changed: one may change all the time. */
  static final long ASK_NS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Between later lists of all images, for changes that nobody has told of. */
  static final long AGAIN_NS = TimeUnit.MINUTES.toNanos(5);

  private static final Log LOG = Log.of("containerd");
  private static final long CLOSE_MS = 10_000;
  private static final int STACK_BYTES = 256 * 1024;

  private final ImageSource source;
  private final ContentWatch content;
  private final ContentIndex index;
  private final List<String> namespaces;
  private final Consumer<StoreSnapshot> publisher;
  private final PendingImages pending = new PendingImages();
  private final Thread thread = new Thread(null, this::run, "containerd", STACK_BYTES, false);
  private final Object wakeLock = new Object();

  private ImageSource.Session session;
  private Events events;
  private long reconnectNs = RECONNECT_MIN_NS;
  private long nextConnectNs;
  private long nextSynchronisationNs;
  private long listedNs;
  private long askedNs;
  private long dirtySinceNs;
  private boolean wasDirty;
  private long publishedNs;
  private boolean synchronised;
  private String sentence;
  private String unexpected;
  private final Set<String> causes = new HashSet<>();
  private Set<String> missingNamespaces = Set.of();
  private long synchronisations;
  private long connections;
  private int blobCount;

  private volatile SourceStatus status;
  private volatile boolean closed;
  private boolean started;
  private boolean ended;

  ContainerdSync(
      ImageSource source,
      ContentWatch content,
      ContentIndex index,
      List<String> namespaces,
      Consumer<StoreSnapshot> publisher) {
    this.source = source;
    this.content = content;
    this.index = index;
    this.namespaces = List.copyOf(namespaces);
    this.publisher = publisher;
    thread.setDaemon(true);
    sentence = "Not connected yet to " + source.description() + ".";
    report();
  }

  /** Begins; at most once. */
  synchronized void start() {
    if (!started && !closed) {
      started = true;
      thread.start();
    }
  }

  /** How it goes. Any thread may call. */
  SourceStatus status() {
    return status;
  }

  /** Lists all images again, soon. Any thread may call. */
  void requestSynchronisation() {
    pending.addAll();
    wake();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    wake();
    source.close();
    try {
      thread.join(CLOSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (wakeLock) {
      ended = true;
      if (!thread.isAlive()) {
        content.close();
      }
    }
  }

  private void wake() {
    synchronized (wakeLock) {
      if (!ended) {
        content.wake();
      }
    }
  }

  private void run() {
    long nowNs = System.nanoTime();
    nextConnectNs = nowNs;
    publishedNs = nowNs - PUBLISH_NS;
    askedNs = nowNs - ASK_NS;
    while (!closed) {
      try {
        turn(System.nanoTime());
        content.await(TimeUnit.NANOSECONDS.toMillis(untilDueNs(System.nanoTime())) + 1);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException failed) {
        complain(failed);
      }
    }
  }

  /** Once for the same cause: this comes again and again. */
  private void complain(RuntimeException failed) {
    if (!failed.toString().equals(unexpected)) {
      unexpected = failed.toString();
      LOG.error("What containerd has could not be followed; it is tried again.", failed);
    }
    disconnect(new StoreException("The node has failed (" + failed + "): report this.", failed));
    try {
      TimeUnit.NANOSECONDS.sleep(RECONNECT_MAX_NS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void turn(long nowNs) {
    content.turn(nowNs, index);
    try {
      follow(nowNs);
    } catch (StoreException failed) {
      disconnect(failed);
    }
    publishIfDue(System.nanoTime());
  }

  private void follow(long nowNs) throws StoreException {
    if (session != null && events.end != null) {
      throw events.end;
    }
    if (session == null && nowNs - nextConnectNs >= 0) {
      connect();
    }
    if (session == null) {
      return;
    }
    if (untilListNs(nowNs) <= 0) {
      nextSynchronisationNs = nowNs + AGAIN_NS;
      synchronise();
    }
    if (pending.isSome() && nowNs - askedNs >= ASK_NS) {
      askedNs = nowNs;
      for (PendingImages.Name changed : pending.take()) {
        ask(changed);
      }
    }
    index.askOwners(session, nowNs);
  }

  private void connect() throws StoreException {
    events = new Events();
    session = source.open(namespaces, events);
    connections++;
    synchronise();
    nextSynchronisationNs = System.nanoTime() + FIRST_AGAIN_NS;
    reconnectNs = RECONNECT_MIN_NS;
    unexpected = null;
    say(
        "Connected to "
            + source.description()
            + ": "
            + index.imageCount()
            + " images of "
            + String.join(", ", namespaces)
            + " are served.",
        true);
  }

  private void disconnect(StoreException cause) {
    if (session != null) {
      session.close();
      session = null;
    }
    nextConnectNs = System.nanoTime() + reconnectNs;
    reconnectNs = Math.min(2 * reconnectNs, RECONNECT_MAX_NS);
    say(
        cause.getMessage()
            + (synchronised
                ? " What is on disk is served meanwhile."
                : " Until then no image is known."),
        false);
  }

  /** One line for each change, and for each cause that keeps the runtime away. */
  private void say(String now, boolean connected) {
    sentence = now;
    report();
    if (connected) {
      LOG.info(now);
      causes.clear();
    } else if (causes.add(now)) {
      LOG.warn(now);
    }
  }

  private long untilListNs(long nowNs) {
    long untilNs = nextSynchronisationNs - nowNs;
    return pending.isAll() ? Math.min(untilNs, listedNs + LIST_NS - nowNs) : untilNs;
  }

  private void synchronise() throws StoreException {
    // What changes from here on may or may not be in the lists.
    pending.takeAll();
    listedNs = System.nanoTime();
    checkNamespaces();
    for (String namespace : namespaces) {
      Set<String> names = new HashSet<>();
      session.images(
          namespace,
          image -> {
            index.put(namespace, image);
            names.add(image.name());
          });
      index.retain(namespace, names);
    }
    synchronisations++;
    if (!synchronised) {
      synchronised = true;
      publish(System.nanoTime());
    }
    report();
  }

  private void checkNamespaces() throws StoreException {
    List<String> existing = session.namespaces();
    Set<String> missing = new HashSet<>(namespaces);
    existing.forEach(missing::remove);
    if (!missing.equals(missingNamespaces)) {
      missingNamespaces = missing;
      if (!missing.isEmpty()) {
        LOG.warn(
            "A namespace does not exist in containerd: its images are served when it does; check"
                + " --containerd-namespace.",
            "missing",
            missing,
            "existing",
            new ArrayList<>(existing));
      }
    }
  }

  private void ask(PendingImages.Name changed) throws StoreException {
    if (index.has(changed.namespace())) {
      session
          .image(changed.namespace(), changed.name())
          .ifPresentOrElse(
              image -> index.put(changed.namespace(), image),
              () -> index.remove(changed.namespace(), changed.name()));
    }
  }

  private void publishIfDue(long nowNs) {
    if (!index.isDirty() || !synchronised) {
      wasDirty = false;
      return;
    }
    if (!wasDirty) {
      wasDirty = true;
      dirtySinceNs = nowNs;
    }
    if (untilPublishNs(nowNs) <= 0) {
      publish(nowNs);
    }
  }

  private long untilPublishNs(long nowNs) {
    return Math.max(SETTLE_NS - (nowNs - dirtySinceNs), PUBLISH_NS - (nowNs - publishedNs));
  }

  private void publish(long nowNs) {
    StoreSnapshot snapshot = index.snapshot(nowNs);
    wasDirty = false;
    publishedNs = nowNs;
    blobCount = snapshot.catalog().digestCount();
    report();
    publisher.accept(snapshot);
  }

  private long untilDueNs(long nowNs) {
    long least = ContentWatch.LOOK_NS;
    if (wasDirty) {
      least = Math.min(least, untilPublishNs(nowNs));
    }
    if (session == null) {
      least = Math.min(least, nextConnectNs - nowNs);
    } else {
      least = Math.min(least, untilListNs(nowNs));
      least = pending.isSome() ? Math.min(least, askedNs + ASK_NS - nowNs) : least;
      least = index.untilDueNs(nowNs, least);
    }
    return Math.max(0, least);
  }

  private void report() {
    status =
        new SourceStatus(
            session != null,
            new Readiness(synchronised, sentence),
            index.imageCount(),
            index.hiddenCount(),
            blobCount,
            index.waitingCount(),
            synchronisations,
            connections,
            content.scans(),
            index.skippedManifests());
  }

  /** What a session tells; of an earlier one nothing is believed. */
  private final class Events implements ImageSource.Listener {
    private volatile StoreException end;

    @Override
    public void onImage(String namespace, String name) {
      pending.add(namespace, name);
      wake();
    }

    @Override
    public void onAnyImage() {
      requestSynchronisation();
    }

    @Override
    public void onEnd(StoreException cause) {
      end = cause;
      wake();
    }
  }
}

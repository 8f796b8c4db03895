package io.sluice.routing.bootstrap;

import io.sluice.routing.host.ConnectListener;
import io.sluice.routing.host.PeerHost;
import io.sluice.routing.host.Scheduler;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Connects to the first peers, and goes on trying as long as the node knows nobody: at once, then
 * after 50 ms, twice as long after each failure, up to 10 s. Once there are peers it looks again
 * every half an hour, so that a cluster that fell apart grows together.
 */
public final class Bootstrapper {
  private static final long BACKOFF_FIRST_NS = 50_000_000L;
  private static final long BACKOFF_MAX_NS = 10_000_000_000L;
  private static final long PERIOD_NS = 30 * 60 * 1_000_000_000L;
  private static final long WATCH_NS = 2_000_000_000L;
  private static final long CONNECT_TIMEOUT_NS = 10_000_000_000L;

  private final Scheduler scheduler;
  private final PeerHost host;
  private final BootstrapSource source;
  private final int port;
  private final BooleanSupplier knowsPeers;
  private final Consumer<String> log;
  private final Executor blocking;
  private int failures;
  private long attemptedNs;
  private boolean looking;
  private boolean closed;

  /**
   * A bootstrapper that has not begun.
   *
   * @param port where peers listen whose address names none
   * @param knowsPeers whether the node needs no help any more; asked on the scheduler's thread
   * @param log hears in words why an attempt has failed
   */
  public Bootstrapper(
      Scheduler scheduler,
      PeerHost host,
      BootstrapSource source,
      int port,
      BooleanSupplier knowsPeers,
      Consumer<String> log) {
    this(scheduler, host, source, port, knowsPeers, log, Bootstrapper::onItsOwnThread);
  }

  Bootstrapper(
      Scheduler scheduler,
      PeerHost host,
      BootstrapSource source,
      int port,
      BooleanSupplier knowsPeers,
      Consumer<String> log,
      Executor blocking) {
    this.scheduler = scheduler;
    this.host = host;
    this.source = source;
    this.port = port;
    this.knowsPeers = knowsPeers;
    this.log = log;
    this.blocking = blocking;
  }

  /** A thread per attempt: one that waits for half an hour would cost a stack meanwhile. */
  private static void onItsOwnThread(Runnable task) {
    Thread.ofPlatform().name("bootstrap").daemon().start(task);
  }

  /** Begins; on the scheduler's thread. */
  public void start() {
    attempt();
  }

  /** Ends; on the scheduler's thread. */
  public void close() {
    closed = true;
  }

  private void attempt() {
    if (closed || looking) {
      return;
    }
    looking = true;
    int attempt = failures;
    blocking.execute(
        () -> {
          try {
            List<BootstrapPeer> found = source.find(attempt);
            scheduler.execute(() -> connect(found));
          } catch (IOException failed) {
            scheduler.execute(() -> ended(failed.getMessage()));
          } catch (RuntimeException broken) {
            scheduler.execute(() -> ended(broken.toString()));
          }
        });
  }

  private void connect(List<BootstrapPeer> found) {
    Attempt attempt = new Attempt();
    for (BootstrapPeer peer : found) {
      List<Multiaddr> addresses = withPorts(peer.addresses());
      if (!addresses.isEmpty() && !isSelf(peer.id(), addresses)) {
        attempt.pending++;
        host.connect(peer.id(), addresses, CONNECT_TIMEOUT_NS, attempt);
      }
    }
    attempt.begun();
  }

  private boolean isSelf(PeerId id, List<Multiaddr> addresses) {
    return host.id().equals(id) || host.addresses().stream().anyMatch(addresses::contains);
  }

  private List<Multiaddr> withPorts(List<Multiaddr> addresses) {
    List<Multiaddr> complete = new ArrayList<>();
    for (Multiaddr address : addresses) {
      boolean ipOnly =
          address.ip() != null && address.size() == address.ip().getAddress().length + 1;
      complete.add(ipOnly ? Multiaddr.ofTcp(new InetSocketAddress(address.ip(), port)) : address);
    }
    return complete;
  }

  /** Connections under way together. */
  private final class Attempt implements ConnectListener {
    int pending;
    private boolean begun;
    private boolean connected;
    private String reason = "there is nobody but this node";

    void begun() {
      begun = true;
      settle();
    }

    @Override
    public void onConnected(PeerId peer) {
      connected = true;
      pending--;
      settle();
    }

    @Override
    public void onFailed(String why) {
      reason = why;
      pending--;
      settle();
    }

    private void settle() {
      if (begun && pending == 0) {
        ended(connected ? null : reason);
      }
    }
  }

  private void ended(String failure) {
    looking = false;
    attemptedNs = scheduler.nowNs();
    if (closed) {
      return;
    }
    if (failure == null) {
      // Whether a peer is of any use is learnt a little later.
      scheduler.schedule(WATCH_NS, this::watch);
    } else {
      if (!knowsPeers.getAsBoolean()) {
        log.accept(failure);
      }
      retry();
    }
  }

  private void retry() {
    long delayNs = Math.min(BACKOFF_MAX_NS, BACKOFF_FIRST_NS << Math.min(failures, 16));
    failures++;
    scheduler.schedule(delayNs, knowsPeers.getAsBoolean() ? this::watch : this::attempt);
  }

  private void watch() {
    if (closed || looking) {
      return;
    }
    if (!knowsPeers.getAsBoolean()) {
      // Connected, and yet alone: try again, others perhaps.
      retry();
    } else {
      failures = 0;
      if (scheduler.nowNs() - attemptedNs >= PERIOD_NS) {
        attempt();
      } else {
        scheduler.schedule(WATCH_NS, this::watch);
      }
    }
  }
}

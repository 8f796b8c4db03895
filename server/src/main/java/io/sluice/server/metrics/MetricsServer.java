package io.sluice.server.metrics;

import io.sluice.server.store.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The metrics port: {@code /metrics}, {@code /sources}, {@code /livez} and {@code /readyz} over
 * HTTP/1.1, GET and HEAD, and {@code /admin/pull} by POST, one request per connection.
 *
 * <p>One daemon thread serves up to {@link #MAX_CONNECTIONS} connections; more wait in the backlog.
 * A connection lives for {@link #TIMEOUT_NS} at most, whatever its client does, so no client keeps
 * another one waiting for longer; only while {@link AdminCalls} is at work for it, which has fewer
 * places than there are connections, it lives on. A request has {@link MetricsRequest#MAX_BYTES} at
 * most, and a POST a body of {@link AdminCalls#BODY_BYTES_MAX}.
 */
public final class MetricsServer implements AutoCloseable {
  /** From accept to close: 5 s, in nanoseconds. */
  public static final long TIMEOUT_NS = 5_000_000_000L;

  /** Connections served at the same time. */
  public static final int MAX_CONNECTIONS = 16;

  /** Connections that the kernel keeps while all places are taken. */
  private static final int BACKLOG = 64;

  /** How long accepting rests after it failed, as it does when descriptors run out: 100 ms. */
  private static final long ACCEPT_REST_NS = 100_000_000L;

  private static final long NS_PER_MS = 1_000_000L;
  private static final long CLOSE_WAIT_MS = 1_000L;

  private final InetSocketAddress address;
  private final MetricsPages pages;
  private final long timeoutNs;
  private ServerSocketChannel listener;
  private Selector selector;
  private SelectionKey acceptKey;
  private Thread thread;
  private long acceptRestsUntilNs = System.nanoTime();
  private volatile boolean closing;

  /**
   * Prepares a server; nothing is opened yet.
   *
   * @param address where to listen; port 0 takes a free one
   * @param metrics what {@code /metrics} shows
   * @param ready what {@code /readyz} asks, on the server's thread; it must not block
   */
  public MetricsServer(
      final InetSocketAddress address, final NodeMetrics metrics, final Supplier<Readiness> ready) {
    this(address, metrics, ready, TIMEOUT_NS);
  }

  MetricsServer(
      final InetSocketAddress address,
      final NodeMetrics metrics,
      final Supplier<Readiness> ready,
      final long timeoutNs) {
    this.address = Objects.requireNonNull(address);
    this.pages = new MetricsPages(metrics, ready);
    this.timeoutNs = timeoutNs;
  }

  /** What can be asked for by POST; before {@link #start}. Without, nothing can. */
  public void admin(final AdminCalls calls) {
    pages.admin(calls);
  }

  /**
   * Opens the port and starts the thread. Once only.
   *
   * @throws IOException with a sentence if the address cannot be used
   */
  public void start() throws IOException {
    if (thread != null) {
      throw new IllegalStateException("The metrics server was started before.");
    }
    if (address.isUnresolved()) {
      throw new IOException(
          "The host of metrics address " + address + " is not known: correct --metrics-addr.");
    }
    selector = Selector.open();
    listener = ServerSocketChannel.open();
    try {
      listener.bind(address, BACKLOG);
      listener.configureBlocking(false);
      acceptKey = listener.register(selector, SelectionKey.OP_ACCEPT);
    } catch (IOException e) {
      listener.close();
      selector.close();
      throw e instanceof SocketException ? unusable(e) : e;
    }
    thread = new Thread(this::run, "sluice-metrics");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The port that the server listens on.
   *
   * @return the port, also if 0 was asked for
   */
  public int port() {
    return listener.socket().getLocalPort();
  }

  /** Closes the port and all connections, and waits up to one second for the thread to end. */
  @Override
  public void close() {
    closing = true;
    if (thread == null) {
      return;
    }
    selector.wakeup();
    try {
      thread.join(CLOSE_WAIT_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private IOException unusable(final IOException cause) {
    return new IOException(
        "Cannot listen on metrics address "
            + address
            + " ("
            + cause.getMessage()
            + "): free the port or choose another with --metrics-addr.",
        cause);
  }

  private void run() {
    try {
      while (!closing) {
        selector.select(waitMs());
        for (final SelectionKey key : selector.selectedKeys()) {
          handle(key);
        }
        selector.selectedKeys().clear();
        answerWaiting();
        closeExpired();
        acceptKey.interestOps(mayAccept() ? SelectionKey.OP_ACCEPT : 0);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The metrics port was lost.", e);
    } finally {
      closeAll();
    }
  }

  private void handle(final SelectionKey key) {
    if (key == acceptKey) {
      accept();
    } else {
      ((MetricsConnection) key.attachment()).advance();
    }
  }

  private void accept() {
    try {
      final SocketChannel channel = listener.accept();
      if (channel != null) {
        MetricsConnection.open(channel, selector, pages, timeoutNs);
      }
    } catch (IOException e) {
      // Out of descriptors, as a rule: an immediate retry would spin.
      acceptRestsUntilNs = System.nanoTime() + ACCEPT_REST_NS;
    }
  }

  private boolean mayAccept() {
    int open = 0;
    for (final SelectionKey key : selector.keys()) {
      if (key != acceptKey && key.isValid()) {
        open++;
      }
    }
    return open < MAX_CONNECTIONS && acceptRestsUntilNs - System.nanoTime() <= 0;
  }

  private void answerWaiting() {
    for (final SelectionKey key : selector.keys()) {
      if (key.isValid() && key.attachment() instanceof MetricsConnection connection) {
        connection.answerIfDone();
      }
    }
  }

  private void closeExpired() {
    final long nowNs = System.nanoTime();
    for (final SelectionKey key : selector.keys()) {
      if (key.attachment() instanceof MetricsConnection connection) {
        connection.closeIfExpired(nowNs);
      }
    }
  }

  /** Milliseconds until something is due, rounded up; zero, which means no end, if nothing is. */
  private long waitMs() {
    final long nowNs = System.nanoTime();
    long waitNs = acceptRestsUntilNs - nowNs > 0 ? acceptRestsUntilNs - nowNs : Long.MAX_VALUE;
    for (final SelectionKey key : selector.keys()) {
      if (key.isValid() && key.attachment() instanceof MetricsConnection connection) {
        waitNs = Math.min(waitNs, connection.remainingNs(nowNs));
      }
    }
    return waitNs == Long.MAX_VALUE ? 0 : Math.max(0, waitNs) / NS_PER_MS + 1;
  }

  private void closeAll() {
    for (final SelectionKey key : selector.keys()) {
      if (key.attachment() instanceof MetricsConnection connection) {
        connection.close();
      }
    }
    try {
      listener.close();
      selector.close();
    } catch (IOException e) {
      // The process is done with both, and close gives descriptors back even when it fails.
    }
  }
}

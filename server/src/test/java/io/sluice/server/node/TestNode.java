package io.sluice.server.node;

import static org.junit.jupiter.api.Assertions.fail;

import io.sluice.server.config.HostPort;
import io.sluice.server.config.Settings;
import io.sluice.server.config.StoreChoice;
import io.sluice.server.log.Level;
import io.sluice.server.log.Log;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** A real node in this process: kernel, sockets and files are those of production. */
final class TestNode implements AutoCloseable {
  private static final long PATIENCE_NS = 30_000_000_000L;
  private static final long PAUSE_NS = 10_000_000L;
  private static final HostPort LOOPBACK = new HostPort("127.0.0.1", 0);

  /** A condition that may have to ask the node. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  private final Node node;

  private TestNode(Node node) {
    this.node = node;
  }

  /** A node with two loops and a little memory. */
  static TestNode start(ImageLayout layout) {
    return start(layout, builder -> builder);
  }

  /** A node with two loops unless {@code settings} say otherwise. */
  static TestNode start(ImageLayout layout, UnaryOperator<Settings.Builder> settings) {
    Log.threshold(Level.WARN);
    Settings.Builder builder =
        Settings.builder()
            .store(new StoreChoice.OciLayout(layout.root()))
            .registryAddr(LOOPBACK)
            .routerAddr(LOOPBACK)
            .metricsAddr(LOOPBACK)
            .loops(2);
    return new TestNode(Node.start(settings.apply(builder).build()));
  }

  Node node() {
    return node;
  }

  InetSocketAddress address() {
    return node.registryAddress();
  }

  HostPort hostPort() {
    return new HostPort("127.0.0.1", address().getPort());
  }

  TestClient connect() throws IOException {
    return TestClient.connect(address());
  }

  /** One request on a connection of its own. */
  Response get(String target, String... fields) throws IOException {
    try (TestClient client = connect()) {
      return client.get(target, fields);
    }
  }

  /** The sum of a metric's samples, whatever their labels. */
  double metric(String name) {
    return sum(page("/metrics"), name);
  }

  /** What the metrics port answers, head and body. */
  String page(String path) {
    try (Socket socket = new Socket("127.0.0.1", node.metricsPort())) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static double sum(String page, String name) {
    return page.lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Waits until no connection is open and no block in use: nothing has been left behind. */
  void awaitQuiet() {
    await("no connection, no block", () -> open() == 0 && blocksUsed() == 0);
  }

  double open() {
    return metric("sluice_connections");
  }

  double blocksUsed() {
    return metric("sluice_pool_blocks_used");
  }

  /** Waits for {@code condition}; the bound only ends a test that hangs. */
  static void await(String what, Condition condition) {
    long deadlineNs = System.nanoTime() + PATIENCE_NS;
    try {
      while (!condition.holds()) {
        if (System.nanoTime() - deadlineNs > 0) {
          fail("still not: " + what);
        }
        LockSupport.parkNanos(PAUSE_NS);
      }
    } catch (IOException e) {
      fail(what, e);
    }
  }

  /** Open descriptors of this process. */
  static int descriptors() {
    return new File("/proc/self/fd").list().length;
  }

  @Override
  public void close() {
    node.close();
  }
}

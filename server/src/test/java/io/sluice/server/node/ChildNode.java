package io.sluice.server.node;

import io.sluice.server.cli.Sluice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A node in a process of its own, with descriptor limits of its own. */
final class ChildNode implements AutoCloseable {
  private static final long STOP_SECONDS = 30;
  private static final int READ_TIMEOUT_MS = 20_000;

  private final Process process;
  private final InetSocketAddress registry;
  private final int metricsPort;
  private final Path log;

  private ChildNode(Process process, InetSocketAddress registry, int metricsPort, Path log) {
    this.process = process;
    this.registry = registry;
    this.metricsPort = metricsPort;
    this.log = log;
  }

  /** Starts a node that may open {@code descriptors} files, and waits until it is ready. */
  static ChildNode start(ImageLayout layout, int descriptors, String... arguments)
      throws IOException {
    int registryPort = freePort();
    int metricsPort = freePort();
    List<String> words = new ArrayList<>();
    words.addAll(List.of("sh", "-c", "ulimit -n " + descriptors + " && exec \"$@\"", "sh"));
    words.addAll(
        List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-Xmx256m"));
    words.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
    words.addAll(List.of("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Sluice.class.getName()));
    words.addAll(List.of("serve", "--store", "oci:" + layout.root(), "--log-level", "WARN"));
    words.addAll(List.of("--registry-addr", "127.0.0.1:" + registryPort));
    words.addAll(List.of("--metrics-addr", "127.0.0.1:" + metricsPort));
    words.addAll(List.of("--router-addr", "127.0.0.1:" + freePort()));
    words.addAll(List.of(arguments));
    Path log = Files.createTempFile(layout.root().getParent(), "node", ".log");
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    InetSocketAddress registry = new InetSocketAddress("127.0.0.1", registryPort);
    ChildNode node = new ChildNode(process, registry, metricsPort, log);
    try {
      TestNode.await("ready", node::ready);
      return node;
    } catch (AssertionError e) {
      node.close();
      throw new AssertionError(Files.readString(log), e);
    }
  }

  private boolean ready() {
    if (!process.isAlive()) {
      throw new AssertionError("the node has ended");
    }
    try (TestClient client = TestClient.connect(registry)) {
      return client.get("/readyz").status() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  InetSocketAddress address() {
    return registry;
  }

  /** The sum of a metric's samples, whatever their labels. */
  double metric(String name) {
    try (Socket socket = new Socket("127.0.0.1", metricsPort)) {
      socket.setSoTimeout(READ_TIMEOUT_MS);
      String request = "GET /metrics HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] page = socket.getInputStream().readAllBytes();
      return TestNode.sum(new String(page, StandardCharsets.UTF_8), name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  long pid() {
    return process.pid();
  }

  /** Open descriptors of the node. */
  int descriptors() {
    return Path.of("/proc", Long.toString(process.pid()), "fd").toFile().list().length;
  }

  /** What the node has written to its log. */
  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the node does not end");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

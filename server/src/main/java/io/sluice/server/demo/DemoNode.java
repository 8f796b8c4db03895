package io.sluice.server.demo;

import io.sluice.server.config.StartupException;
import io.sluice.server.metrics.ProcessMemory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node that the demonstration runs as a process of its own, at a loopback address of its own:
 * nodes find each other by their addresses, and expect the same ports there.
 */
final class DemoNode implements AutoCloseable {
  private static final long START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
  private static final long POLL_MS = 50;
  private static final int HTTP_OK = 200;

  private final String name;
  private final InetSocketAddress address;
  private final Path log;
  private final Process process;

  private DemoNode(String name, InetSocketAddress address, Path log, Process process) {
    this.name = name;
    this.address = address;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a node and waits until it is ready.
   *
   * @param script the {@code sluice} script
   * @param directory for its log
   * @param layout its store
   * @param address where its registry listens
   * @param routerPort where all nodes' routers listen
   * @param first address of the node that all nodes begin with, itself included
   */
  static DemoNode start(
      Path script,
      Path directory,
      String name,
      Path layout,
      InetSocketAddress address,
      int routerPort,
      String first)
      throws IOException, InterruptedException {
    String host = address.getHostString();
    List<String> command =
        List.of(
            script.toString(),
            "serve",
            "--store=oci:" + layout,
            "--registry-addr=" + host + ":" + address.getPort(),
            "--router-addr=" + host + ":" + routerPort,
            "--metrics-addr=" + host + ":" + DemoPorts.free(host),
            "--bootstrap-kind=static",
            "--static-bootstrap-peers=/ip4/" + first + "/tcp/" + routerPort);
    Path log = directory.resolve(name + ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    DemoNode node = new DemoNode(name, address, log, process);
    node.awaitReady();
    return node;
  }

  String name() {
    return name;
  }

  /** The registry's {@code host:port}. */
  String authority() {
    return address.getHostString() + ":" + address.getPort();
  }

  long pid() {
    return process.pid();
  }

  Path log() {
    return log;
  }

  /** The registry's base URL. */
  URI registry() {
    return URI.create("http://" + authority());
  }

  ProcessMemory memory() throws IOException {
    return ProcessMemory.ofProcess(process.pid());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void awaitReady() throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + START_TIMEOUT_NS;
    while (!isReady()) {
      if (!process.isAlive() || System.nanoTime() - deadlineNs > 0) {
        close();
        String last = Files.exists(log) ? Files.readString(log).strip() : "";
        throw new StartupException("The demonstration's node " + name + " did not start:\n" + last);
      }
      Thread.sleep(POLL_MS);
    }
  }

  private boolean isReady() throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) registry().resolve("/readyz").toURL().openConnection();
    try {
      return connection.getResponseCode() == HTTP_OK;
    } catch (ConnectException notYet) {
      return false;
    } finally {
      connection.disconnect();
    }
  }
}

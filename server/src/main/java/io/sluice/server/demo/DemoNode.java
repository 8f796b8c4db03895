package io.sluice.server.demo;

import io.sluice.server.config.StartupException;
import io.sluice.server.metrics.ProcessMemory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A node that the demonstration runs as a process of its own, on loopback. */
final class DemoNode implements AutoCloseable {
  private static final long START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
  private static final long POLL_MS = 50;
  private static final int HTTP_OK = 200;

  private final String name;
  private final int port;
  private final Path log;
  private final Process process;

  private DemoNode(String name, int port, Path log, Process process) {
    this.name = name;
    this.port = port;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a node and waits until it is ready.
   *
   * @param script the {@code sluice} script
   * @param directory for its log
   * @param layout its store
   * @param peerPort registry port of the node to ask for what it does not have; 0 for none
   */
  static DemoNode start(Path script, Path directory, String name, Path layout, int peerPort)
      throws IOException, InterruptedException {
    int port = freePort();
    List<String> command = new ArrayList<>();
    command.add(script.toString());
    command.add("serve");
    command.add("--store=oci:" + layout);
    command.add("--registry-addr=127.0.0.1:" + port);
    command.add("--router-addr=127.0.0.1:" + freePort());
    command.add("--metrics-addr=127.0.0.1:" + freePort());
    if (peerPort != 0) {
      command.add("--static-peers=127.0.0.1:" + peerPort);
    }
    Path log = directory.resolve(name + ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    DemoNode node = new DemoNode(name, port, log, process);
    node.awaitReady();
    return node;
  }

  String name() {
    return name;
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  Path log() {
    return log;
  }

  /** The registry's base URL. */
  URI registry() {
    return URI.create("http://127.0.0.1:" + port);
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

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

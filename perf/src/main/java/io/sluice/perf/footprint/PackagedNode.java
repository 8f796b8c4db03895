package io.sluice.perf.footprint;

import io.sluice.server.store.Descriptor;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A node that runs from its package, on loopback. One thread uses it. */
final class PackagedNode implements AutoCloseable {
  private static final long START_TIMEOUT_NS = 60_000_000_000L;
  private static final long STOP_TIMEOUT_S = 30;
  private static final long POLL_MS = 10;
  private static final int LOG_TAIL_LINES = 20;

  /** Enters each group named before {@code --}, then becomes the command after it. */
  private static final String ENTER =
      "while [ \"$1\" != -- ]; do echo $$ > \"$1\" || exit 126; shift; done; shift; exec \"$@\"";

  private final Process process;
  private final InetSocketAddress registry;
  private final InetSocketAddress metrics;
  private final InetSocketAddress router;
  private final Path log;
  private final long startNs;

  private PackagedNode(
      Process process,
      InetSocketAddress registry,
      InetSocketAddress metrics,
      InetSocketAddress router,
      Path log,
      long startNs) {
    this.process = process;
    this.registry = registry;
    this.metrics = metrics;
    this.router = router;
    this.log = log;
    this.startNs = startNs;
  }

  /**
   * Starts a node; returns at once.
   *
   * @param command the launcher, with whatever has to stand before it
   * @param store options that say what it serves
   * @param environment variables added to those of this process
   * @param groups {@code cgroup.procs} of groups to live in from the first instruction on
   * @param log gets what it prints
   */
  static PackagedNode start(
      List<String> command,
      List<String> store,
      Map<String, String> environment,
      List<Path> groups,
      Path log)
      throws IOException {
    InetSocketAddress registry = freeAddress();
    InetSocketAddress metrics = freeAddress();
    InetSocketAddress router = freeAddress();
    List<String> words = new ArrayList<>();
    if (!groups.isEmpty()) {
      words.addAll(List.of("/bin/sh", "-c", ENTER, "sh"));
      groups.forEach(group -> words.add(group.toString()));
      words.add("--");
    }
    words.addAll(command);
    words.add("serve");
    words.addAll(store);
    words.add("--registry-addr=127.0.0.1:" + registry.getPort());
    words.add("--metrics-addr=127.0.0.1:" + metrics.getPort());
    words.add("--router-addr=127.0.0.1:" + router.getPort());
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    long startNs = System.nanoTime();
    return new PackagedNode(builder.start(), registry, metrics, router, log, startNs);
  }

  /** Options for a node that serves an OCI layout. */
  static List<String> layout(Path directory) {
    return List.of("--store=oci:" + directory.toAbsolutePath());
  }

  /**
   * Options for a node that serves what a containerd has.
   *
   * @param content its content directory
   */
  static List<String> containerd(StandInContainerd containerd, Path content) {
    return List.of(
        "--store=containerd",
        "--containerd-sock=" + containerd.socket(),
        "--containerd-content-path=" + content.toAbsolutePath(),
        "--containerd-namespace=" + StandInContainerd.NAMESPACE);
  }

  private static InetSocketAddress freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return new InetSocketAddress("127.0.0.1", socket.getLocalPort());
    }
  }

  /**
   * Asks for a blob until it comes, and checks it.
   *
   * @return from the start of the process to the blob's first byte, in nanoseconds
   * @throws IOException when the node ends, or does not answer in time, or sends something else
   */
  long awaitFirstByte(Descriptor blob) throws IOException, InterruptedException {
    while (System.nanoTime() - startNs < START_TIMEOUT_NS) {
      long askedNs = System.nanoTime();
      try {
        return askedNs + get(blob).firstByteNs() - startNs;
      } catch (ConnectException notYet) {
        if (!process.isAlive()) {
          throw new IOException("the node ended at once and said:\n" + logTail(), notYet);
        }
        Thread.sleep(1);
      }
    }
    throw new IOException("the node did not listen in time and said:\n" + logTail());
  }

  /**
   * Fetches a blob and checks it.
   *
   * @throws IOException when it is not what was asked for
   */
  Exchange get(Descriptor blob) throws IOException {
    String path = "/v2/sample/blobs/" + blob.digest();
    Exchange answer = Exchange.run(registry, "GET", path, "");
    if (answer.status() != 200 || !blob.digest().toString().endsWith(":" + answer.sha256())) {
      throw new IOException(
          path + " was answered with " + answer + "; the node said:\n" + logTail());
    }
    return answer;
  }

  /**
   * Asks until an answer is 200.
   *
   * @param server one of this node's addresses
   * @throws IOException when it never is
   */
  void await(InetSocketAddress server, String path) throws IOException, InterruptedException {
    int status = 0;
    while (System.nanoTime() - startNs < START_TIMEOUT_NS && process.isAlive()) {
      try {
        status = Exchange.run(server, "GET", path, "").status();
        if (status == 200) {
          return;
        }
      } catch (ConnectException notYet) {
        status = 0;
      }
      Thread.sleep(POLL_MS);
    }
    throw new IOException(
        path + " was answered with " + status + " to the end; the node said:\n" + logTail());
  }

  /** The process. */
  long pid() {
    return process.pid();
  }

  /** Where the registry listens. */
  InetSocketAddress registry() {
    return registry;
  }

  /** Where metrics and probes are served. */
  InetSocketAddress metrics() {
    return metrics;
  }

  /** Where peers connect to. */
  InetSocketAddress router() {
    return router;
  }

  /**
   * Tells the node to end, and waits.
   *
   * @throws IOException when it does not, or not with 0
   */
  void stop() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException("the node did not end as it was told to and said:\n" + logTail());
    }
  }

  /** The last lines that it printed. */
  String logTail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(its log cannot be read: " + e.getMessage() + ")";
    }
  }

  /** Ends the node without asking, if it still runs. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}

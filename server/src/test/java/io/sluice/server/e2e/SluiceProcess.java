package io.sluice.server.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A real node: {@code sluice serve} as a child process on ports of its own, ready when {@link
 * Builder#start()} returns. Its log is a file whose end is part of every failure.
 */
final class SluiceProcess implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  private final Process process;
  private final URI registry;
  private final URI metrics;
  private final LogFile log;
  private final Thread hook;

  private SluiceProcess(Process process, URI registry, URI metrics, LogFile log) {
    this.process = process;
    this.registry = registry;
    this.metrics = metrics;
    this.log = log;
    this.hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** A node that serves an OCI image layout. */
  static Builder serving(DebianImage image) {
    return new Builder(List.of("--store", "oci:" + image.layout()));
  }

  /** A node that serves the OCI image layout in a directory. */
  static Builder servingLayout(Path layout) {
    return new Builder(List.of("--store", "oci:" + layout));
  }

  /** A node that serves what a containerd has in its default namespace. */
  static Builder serving(ContainerdHost host) {
    return serving(host, ContainerdHost.NAMESPACE);
  }

  /** A node that serves what a containerd has in one namespace. */
  static Builder serving(ContainerdHost host, String namespace) {
    return new Builder(
        List.of(
            "--containerd-sock",
            host.socket(),
            "--containerd-namespace",
            namespace,
            "--containerd-content-path",
            host.contentDirectory().toString()));
  }

  /** Where and how a node is to run. */
  static final class Builder {
    private final List<String> arguments;
    private String address = "127.0.0.1";
    private boolean usualPorts;
    private UnaryOperator<List<String>> entrance = words -> words;

    private Builder(List<String> arguments) {
      this.arguments = new ArrayList<>(arguments);
    }

    /** Adds to the command line. */
    Builder with(String... more) {
      arguments.addAll(List.of(more));
      return this;
    }

    /**
     * Starts the node through a command that becomes it, on the usual ports of all addresses.
     *
     * @param address where it is reached from here
     */
    Builder onHost(String address, UnaryOperator<List<String>> entrance) {
      this.address = address;
      this.usualPorts = true;
      this.entrance = entrance;
      return this;
    }

    /** The local address of the registry port; the loopback address unless said otherwise. */
    Builder listeningOn(String address) {
      this.address = address;
      return this;
    }

    /** Starts the node inside this group, so that all of its memory is charged there. */
    Builder in(MemoryCgroup cgroup) {
      this.entrance = cgroup::enter;
      return this;
    }

    /** Starts the node and waits until it says that it is ready. */
    SluiceProcess start() {
      Requirement.require(
          Files.isExecutable(Workspace.launcher()), "no launcher at " + Workspace.launcher());
      List<String> words = new ArrayList<>(List.of(Workspace.launcher().toString(), "serve"));
      words.addAll(arguments);
      String registry = address + ":5000";
      String metrics = address + ":9090";
      if (!usualPorts) {
        registry = address + ":" + Workspace.freePort(address);
        metrics = "127.0.0.1:" + Workspace.freePort("127.0.0.1");
        words.addAll(List.of("--registry-addr", registry, "--metrics-addr", metrics));
        words.addAll(List.of("--router-addr", "127.0.0.1:" + Workspace.freePort("127.0.0.1")));
      }
      Path directory = Workspace.scratch("node");
      LogFile log = new LogFile(directory.resolve("node.log"));
      try {
        ProcessBuilder builder =
            new ProcessBuilder(entrance.apply(words))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.path().toFile());
        builder.environment().put("SLUICE_CLASS_PATH", Workspace.classPath());
        builder.environment().put("SLUICE_JAVA_HOME", System.getProperty("java.home"));
        SluiceProcess node =
            new SluiceProcess(
                builder.start(),
                URI.create("http://" + registry),
                URI.create("http://" + metrics),
                log);
        node.awaitReady();
        return node;
      } catch (IOException e) {
        throw new UncheckedIOException("cannot start " + words, e);
      }
    }
  }

  private void awaitReady() {
    try {
      Patience.until("the node is ready", READY_TIMEOUT, () -> !process.isAlive() || ready());
      if (!process.isAlive()) {
        throw new IllegalStateException("the node ended with exit code " + process.exitValue());
      }
    } catch (IllegalStateException | AssertionError e) {
      String tail = logTail();
      close();
      throw new IllegalStateException(e.getMessage() + "; its log ends:\n" + tail, e);
    }
  }

  /** The registry's base address, without a path. */
  URI registry() {
    return registry;
  }

  /** The registry's {@code host:port}. */
  String authority() {
    return registry.getAuthority();
  }

  /** Whether {@code /readyz} says yes on the registry port. */
  boolean ready() {
    try {
      return get(registry.resolve("/readyz")).statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** What the node answers to a GET of its registry port. */
  HttpResponse<String> registryGet(String path) {
    return get(registry.resolve(path));
  }

  /** What the node answers to a HEAD of its registry port. */
  HttpResponse<String> registryHead(String path) {
    return send(HttpRequest.newBuilder(registry.resolve(path)).HEAD());
  }

  /** What the node answers to a peer, for whom it asks nobody else. */
  HttpResponse<String> peerGet(String path) {
    return get(registry.resolve(path), "X-Spegel-Mirrored", "true");
  }

  /** What {@code /readyz} of the metrics port says. */
  HttpResponse<String> readiness() {
    return get(metrics.resolve("/readyz"));
  }

  /** What the node says about itself now. */
  NodeMetrics metrics() {
    return NodeMetrics.parse(get(metrics.resolve("/metrics")).body());
  }

  /** How many open descriptors the node has; sockets, files, everything. */
  int openDescriptors() {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return (int) descriptors.count();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the node's descriptors", e);
    }
  }

  /** Whether it has not ended. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** Stops all of its threads (SIGSTOP): its sockets stay open, and silent. */
  void freeze() {
    Command.of("kill", "-STOP", Long.toString(process.pid())).output();
  }

  /** Lets it go on (SIGCONT). */
  void thaw() {
    Command.of("kill", "-CONT", Long.toString(process.pid())).output();
  }

  /** The last lines of what the node printed. */
  String logTail() {
    return log.tail();
  }

  /** Asks the node to end (SIGTERM) and returns its exit code. */
  int stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("the node ignores SIGTERM; its log ends:\n" + logTail());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the node stops", e);
    }
  }

  /** Ends the node without asking, if it still runs. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private static HttpResponse<String> get(URI uri, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    return send(headers.length > 0 ? request.headers(headers) : request);
  }

  private static HttpResponse<String> send(HttpRequest.Builder builder) {
    HttpRequest request = builder.timeout(REQUEST_TIMEOUT).build();
    // A client per request, closed with it: no idle connection of ours stays open in the node.
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(request.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking " + request.uri(), e);
    }
  }
}

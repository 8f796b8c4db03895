package io.sluice.server.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real containerd of its own: root, state, socket and configuration in new directories, no CRI
 * unless asked for, its network a {@link HostNetwork}. Only options that every series since 1.6 has
 * are used. Nothing of it is left behind by {@link #close()}, whatever happened before. Needs root.
 */
final class ContainerdHost implements AutoCloseable {
  /** The namespace that is used where none is named. */
  static final String NAMESPACE = "default";

  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PULL_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final String CONTENT_PLUGIN = "io.containerd.content.v1.content";

  /** Plugins that touch directories outside of ours, or that a pull does not need. */
  private static final String CONFIGURATION =
      """
      version = 2
      disabled_plugins = [
        %s
        "io.containerd.internal.v1.opt",
        "io.containerd.internal.v1.restart",
        "io.containerd.nri.v1.nri",
        "io.containerd.snapshotter.v1.aufs",
        "io.containerd.snapshotter.v1.btrfs",
        "io.containerd.snapshotter.v1.devmapper",
        "io.containerd.snapshotter.v1.zfs",
      ]
      """;

  /** The plugin that Kubernetes asks, by its names since 1.6. */
  private static final String WITHOUT_CRI =
      """
      "io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime",\
      """;

  /** Mirrors as for {@code ctr}; nothing of the host's own. */
  private static final String CRI =
      """

      [plugins."io.containerd.grpc.v1.cri"]
        stream_server_port = "0"
        [plugins."io.containerd.grpc.v1.cri".cni]
          conf_dir = "%1$s/cni"
        [plugins."io.containerd.grpc.v1.cri".containerd]
          snapshotter = "%2$s"
        [plugins."io.containerd.grpc.v1.cri".registry]
          config_path = "%1$s/certs.d"
      """;

  private final HostNetwork network;

  /** Where the programs are; null for those on the {@code PATH}. */
  private final Path programs;

  private final Path directory;
  private final Path socketDirectory;
  private final String snapshotter;
  private final Thread hook = new Thread(this::cleanUp);
  private Process daemon;
  private int containers;

  private ContainerdHost(
      HostNetwork network,
      Path programs,
      Path directory,
      Path socketDirectory,
      String snapshotter) {
    this.network = network;
    this.programs = programs;
    this.directory = directory;
    this.socketDirectory = socketDirectory;
    this.snapshotter = snapshotter;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** A running containerd with nothing in it. */
  static ContainerdHost start(HostNetwork network) {
    return start(network, null, false);
  }

  /** As {@link #start(HostNetwork)}, with the plugin that the kubelet pulls through. */
  static ContainerdHost startWithCri(HostNetwork network) {
    return start(network, null, true);
  }

  /**
   * As {@link #startWithCri(HostNetwork)}, of the programs in a directory; null for those on the
   * {@code PATH}.
   */
  static ContainerdHost startWithCri(HostNetwork network, Path programsOrNull) {
    return start(network, programsOrNull, true);
  }

  private static ContainerdHost start(HostNetwork network, Path programs, boolean cri) {
    Path directory = Workspace.scratch("containerd");
    try {
      // A socket's path is limited to 107 bytes (unix(7)); the scratch directory may be longer.
      Path sockets = Files.createTempDirectory("sluice-e2e-");
      String snapshotter = MountTable.overlayWorksIn(directory) ? "overlayfs" : "native";
      String configuration =
          cri
              ? CONFIGURATION.formatted("") + CRI.formatted(directory, snapshotter)
              : CONFIGURATION.formatted(WITHOUT_CRI);
      Files.writeString(directory.resolve("config.toml"), configuration);
      ContainerdHost host = new ContainerdHost(network, programs, directory, sockets, snapshotter);
      host.start();
      return host;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare a containerd", e);
    }
  }

  /** Starts the daemon again after {@link #kill()}, on what it left. */
  void start() {
    List<String> words =
        List.of(
            program("containerd"),
            "--config=" + directory.resolve("config.toml"),
            "--root=" + directory.resolve("root"),
            "--state=" + directory.resolve("state"),
            "--address=" + socket());
    try {
      daemon =
          new ProcessBuilder(network.enter(words))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().path().toFile()))
              .start();
      Patience.until(
          "containerd answers (its log: " + log().path() + ")",
          START_TIMEOUT,
          () -> !daemon.isAlive() || Command.of(ctr("version")).run().exitCode() == 0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start containerd", e);
    }
    if (!daemon.isAlive()) {
      throw new IllegalStateException("containerd does not start: " + log().tail());
    }
  }

  /** Ends the daemon in the middle of whatever it does (SIGKILL). */
  void kill() {
    daemon.destroyForcibly();
    daemon.onExit().join();
  }

  /** Writes the {@code hosts.toml} that sends everything of {@code registry} to the node only. */
  void mirror(String registry, SluiceProcess node) {
    // Without "server" containerd would fall back to the registry of that name.
    mirror(registry, node.registry().toString(), node.registry().toString());
  }

  /**
   * Writes the {@code hosts.toml} that sends everything of {@code registry} to a mirror, and what
   * it does not have upstream.
   */
  void mirror(String registry, String mirror, String upstream) {
    try {
      Path hosts = Files.createDirectories(hostsDirectory().resolve(registry));
      Files.writeString(
          hosts.resolve("hosts.toml"),
          """
          server = "%2$s"

          [host."%1$s"]
            capabilities = ["pull", "resolve"]
          """
              .formatted(mirror, upstream));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write hosts.toml", e);
    }
  }

  /** Where {@code hosts.toml} trees are looked for. */
  Path hostsDirectory() {
    return directory.resolve("certs.d");
  }

  /** Pulls and unpacks an image; fails with what {@code ctr} says. */
  void pull(String reference) {
    Command.of(pullCommand(reference)).timeout(PULL_TIMEOUT).output();
  }

  /** Pulls as {@link #pull} does; whether it went well. */
  boolean tryPull(String reference) {
    return Command.of(pullCommand(reference)).timeout(PULL_TIMEOUT).run().exitCode() == 0;
  }

  /** Starts to pull and returns at once; the caller ends the process. */
  Process startPull(String reference) {
    try {
      return new ProcessBuilder(pullCommand(reference))
          .redirectErrorStream(true)
          .redirectOutput(pullLog().path().toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start ctr", e);
    }
  }

  /** What {@code ctr} says of the pull that {@link #startPull} began. */
  LogFile pullLog() {
    return new LogFile(directory.resolve("pull.log"));
  }

  private LogFile log() {
    return new LogFile(directory.resolve("containerd.log"));
  }

  private List<String> pullCommand(String reference) {
    return ctr(
        "images",
        "pull",
        "--hosts-dir=" + hostsDirectory(),
        "--snapshotter=" + snapshotter,
        reference);
  }

  /** Imports all images of an OCI layout, without unpacking them. */
  void importLayout(String namespace, Path layout) {
    Path archive = directory.resolve("import.tar");
    Command.of(
            "tar", "--create", "--file", archive.toString(), "--directory", layout.toString(), ".")
        .output();
    Command.of(ctr("--namespace", namespace, "images", "import", "--no-unpack", archive.toString()))
        .output();
  }

  /** Makes another name for an image, or moves one to it. */
  void tag(String reference, String name) {
    Command.of(ctr("images", "tag", "--force", reference, name)).output();
  }

  /** Removes an image, and everything that only this image used. */
  void remove(String reference) {
    Command.of(ctr("images", "rm", "--sync", reference)).output();
  }

  /** Removes all images, and all content. */
  void removeAll() {
    Command.of(ctr("images", "ls", "--quiet"))
        .output()
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(this::remove);
  }

  /** Runs a command in a new container of a pulled image; what it printed. */
  String run(String reference, String... command) {
    String id = directory.getFileName() + "-" + containers++;
    List<String> words = ctr("run", "--rm", "--snapshotter=" + snapshotter, reference, id);
    words.addAll(List.of(command));
    return Command.of(words).output();
  }

  /** Takes the image out of an archive. */
  void load(Path archive) {
    Command.of(ctr("images", "import", "--snapshotter=" + snapshotter, archive.toString()))
        .output();
  }

  /** How this daemon unpacks images. */
  String snapshotter() {
    return snapshotter;
  }

  /** The digests that containerd says it has. */
  TreeSet<String> digests() {
    return Command.of(ctr("content", "ls", "--quiet"))
        .output()
        .lines()
        .filter(line -> !line.isBlank())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * The size of every blob on disk by the digest of its bytes, which is computed here and not taken
   * from a name.
   */
  TreeMap<String, Long> sizesByComputedDigest() {
    TreeMap<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> blobs = Files.list(contentDirectory().resolve("blobs/sha256"))) {
      for (Path blob : blobs.toList()) {
        sizes.put(OciLayoutWriter.digestOf(blob), Files.size(blob));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the content store", e);
    }
    return sizes;
  }

  /** How many bytes of the blob are in the content store's ingest area: a download in progress. */
  long ingestedBytes(String digest) {
    Path ingest = contentDirectory().resolve("ingest");
    try (Stream<Path> ingests = Files.exists(ingest) ? Files.list(ingest) : Stream.empty()) {
      for (Path download : ingests.toList()) {
        if (Files.readString(download.resolve("ref")).contains(digest)) {
          return Files.size(download.resolve("data"));
        }
      }
    } catch (IOException e) {
      // The directory is renamed away when a download completes.
      return 0;
    }
    return 0;
  }

  /** Where the daemon keeps its blobs. */
  Path contentDirectory() {
    return directory.resolve("root").resolve(CONTENT_PLUGIN);
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    cleanUp();
  }

  private void cleanUp() {
    if (daemon != null) {
      daemon.destroy();
      try {
        if (!daemon.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
          daemon.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        daemon.destroyForcibly();
      }
    }
    // Shims outlive their daemon by design; each has our socket among its arguments.
    ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(socket()))
        .forEach(ProcessHandle::destroyForcibly);
    MountTable.detachUnder(directory);
    MountTable.detachUnder(socketDirectory);
    Workspace.delete(directory);
    Workspace.delete(socketDirectory);
  }

  /** Where the daemon's API listens. */
  String socket() {
    return socketDirectory.resolve("containerd.sock").toString();
  }

  private String program(String name) {
    return programs == null ? name : programs.resolve(name).toString();
  }

  /** The words that have {@code ctr} speak to this daemon. */
  List<String> ctr(String... arguments) {
    List<String> words = new ArrayList<>(List.of(program("ctr"), "--address=" + socket()));
    words.addAll(List.of(arguments));
    return network.enter(words);
  }
}

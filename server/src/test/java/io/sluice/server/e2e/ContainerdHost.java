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

  /** Packs its first argument for the command that the others are. */
  private static final String IMPORT = "tar -c -C \"$1\" . | { shift; \"$@\"; }";

  private static final String CONTENT_PLUGIN = "io.containerd.content.v1.content";

  private final HostNetwork network;

  private final Path directory;
  private final Path socketDirectory;
  private final String snapshotter;
  private final Thread hook = new Thread(this::cleanUp);

  /** Where the programs are; null for those on the {@code PATH}. */
  private Path programs;

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

  /** A running containerd with nothing in it, the one that is installed. */
  static ContainerdHost start(HostNetwork network) {
    return start(network, ContainerdSeries.INSTALLED);
  }

  /** A running containerd with nothing in it. */
  static ContainerdHost start(HostNetwork network, ContainerdSeries series) {
    return start(network, series.programs(), false);
  }

  /** As {@link #start(HostNetwork, ContainerdSeries)}, with the plugin that the kubelet asks. */
  static ContainerdHost startWithCri(HostNetwork network, ContainerdSeries series) {
    return start(network, series.programs(), true);
  }

  private static ContainerdHost start(HostNetwork network, Path programs, boolean cri) {
    Path directory = Workspace.scratch("containerd");
    try {
      // A socket's path is limited to 107 bytes (unix(7)); the scratch directory may be longer.
      Path sockets = Files.createTempDirectory("sluice-e2e-");
      String snapshotter = MountTable.overlayWorksIn(directory) ? "overlayfs" : "native";
      String configuration =
          cri ? ContainerdToml.withCri(directory, snapshotter) : ContainerdToml.plain();
      Files.writeString(directory.resolve("config.toml"), configuration);
      ContainerdHost host = new ContainerdHost(network, programs, directory, sockets, snapshotter);
      host.start();
      return host;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare a containerd", e);
    }
  }

  /** Starts the daemon again after {@link #kill()} or {@link #stop()}, on what it left. */
  void start() {
    List<String> words =
        List.of(
            program("containerd"),
            "--config=" + directory.resolve("config.toml"),
            "--root=" + directory.resolve("root"),
            "--state=" + directory.resolve("state"),
            "--address=" + socket());
    try {
      ProcessBuilder builder =
          new ProcessBuilder(network.enter(words))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().path().toFile()));
      if (programs != null) {
        // It looks for its shim on the PATH first, where another series may have its own.
        builder.environment().merge("PATH", programs.toString(), (path, own) -> own + ":" + path);
      }
      daemon = builder.start();
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

  /** Ends the daemon as its service does (SIGTERM), or by force if it takes long. */
  void stop() {
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

  /** Stops the daemon and starts that of another series on the same root and state. */
  void upgrade(ContainerdSeries series) {
    stop();
    programs = series.programs();
    start();
  }

  /** Starts the daemon if it has ended. */
  void recover() {
    if (!daemon.isAlive()) {
      start();
    }
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
    List<String> words = new ArrayList<>(List.of("sh", "-ec", IMPORT, "sh", layout.toString()));
    words.addAll(ctr("--namespace", namespace, "images", "import", "--no-unpack", "-"));
    Command.of(words).output();
  }

  /** Imports all images of an OCI layout into the namespace that is used where none is named. */
  void importLayout(Path layout) {
    importLayout(NAMESPACE, layout);
  }

  /** Makes another name for an image, or moves one to it. */
  void tag(String reference, String name) {
    Command.of(ctr("images", "tag", "--force", reference, name)).output();
  }

  /** Removes an image, and everything that only this image used. */
  void remove(String reference) {
    Command.of(ctr("images", "rm", "--sync", reference)).output();
  }

  /** Removes all images, and all content, also what pulls that failed have left. */
  void removeAll() {
    lines("images", "ls", "--quiet").forEach(this::remove);
    lines("leases", "ls", "--quiet")
        .forEach(lease -> Command.of(ctr("leases", "rm", "--sync", lease)).output());
  }

  /** Deletes a blob, whoever refers to it, and has its file collected. */
  void removeContent(String digest) {
    Command.of(ctr("content", "rm", digest)).output();
    Command.of(ctr("leases", "create", "--id=collect")).output();
    Command.of(ctr("leases", "rm", "--sync", "collect")).output();
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
    return lines("content", "ls", "--quiet").collect(Collectors.toCollection(TreeSet::new));
  }

  private Stream<String> lines(String... arguments) {
    return Command.of(ctr(arguments)).output().lines().filter(line -> !line.isBlank());
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

  /** The file of a blob that has arrived. */
  Path blob(String digest) {
    return contentDirectory().resolve("blobs").resolve(digest.replace(':', '/'));
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
      stop();
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

package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Real processes where they may not read, may not write, or have no room: a sentence with the cause
 * and the remedy, and nothing half written.
 */
@Tag("root")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class WithoutRightsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SOMEBODY = 4711;
  private static final int FAILED = 1;

  /** Becomes a command in a name space of its own, with a small file system at $1. */
  private static final String ON_A_FULL_DISK =
      "mount -t tmpfs -o size=16k none \"$1\"; head -c 1m /dev/zero > \"$1/filler\" || true;"
          + " at=$1; shift; \"$@\" || code=$?; echo left: $(ls -A \"$at\"); exit ${code:-0}";

  private static final String ON_A_READ_ONLY_DISK =
      "mount -t tmpfs -o ro none \"$1\"; at=$1; shift; \"$@\" || code=$?;"
          + " echo left: $(ls -A \"$at\"); exit ${code:-0}";

  private Path directory;
  private Path sockets;

  @BeforeEach
  void prepare() throws IOException {
    Requirement.root();
    Requirement.tools("setpriv", "unshare", "mount");
    directory = Workspace.scratch("rights");
    sockets = Files.createTempDirectory("sluice-e2e-");
  }

  @AfterEach
  void delete() {
    Workspace.delete(directory);
    Workspace.delete(sockets);
  }

  /** The words that run Sluice as this build has made it. */
  private static List<String> sluice(String... arguments) {
    List<String> words = new ArrayList<>();
    words.add("env");
    words.add("SLUICE_CLASS_PATH=" + Workspace.classPath());
    words.add("SLUICE_JAVA_HOME=" + System.getProperty("java.home"));
    words.add(Workspace.launcher().toString());
    words.addAll(List.of(arguments));
    return words;
  }

  private static List<String> serve(String... arguments) {
    List<String> words = sluice("serve");
    for (String flag : List.of("--registry-addr", "--metrics-addr", "--router-addr")) {
      words.addAll(List.of(flag, "127.0.0.1:" + Workspace.freePort("127.0.0.1")));
    }
    words.addAll(List.of(arguments));
    return words;
  }

  /** As a root that may not do what modes and owners forbid, so much as any other user. */
  private static List<String> withoutRights(List<String> command) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"));
    words.addAll(command);
    return words;
  }

  private static List<String> on(String disk, Path at, List<String> command) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("unshare", "--mount", "sh", "-ec", disk, "sh", at.toString()));
    words.addAll(command);
    return words;
  }

  /** Makes a file or directory that only somebody else may use. */
  private static void giveAway(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", SOMEBODY);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
  }

  /** What a command said that has to fail, with {@code sentence} in it and nothing thrown up. */
  private static String refusal(String sentence, List<String> command) {
    Command.Result result = Command.of(command).run();
    String said = result.output() + result.errors();
    assertEquals(FAILED, result.exitCode(), said);
    assertTrue(said.contains(sentence), () -> "not '" + sentence + "' but: " + said);
    assertFalse(said.contains("\tat "), said);
    return said;
  }

  @Test
  void aSocketThatMayNotBeConnectedTo() throws IOException {
    Path socket = sockets.resolve("c.sock");
    Path content = Files.createDirectories(directory.resolve("content/blobs")).getParent();
    Path log = directory.resolve("log");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      giveAway(socket);
      Process node =
          new ProcessBuilder(
                  withoutRights(
                      serve(
                          "--store=containerd",
                          "--containerd-sock=" + socket,
                          "--containerd-content-path=" + content)))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        String sentence =
            "This process may not connect to "
                + socket
                + "; run it as root, or as the socket's group. The socket is set with"
                + " --containerd-sock. Until then no image is known.";
        Patience.until(
            "it says so: " + log, PATIENCE, () -> !node.isAlive() || text(log).contains(sentence));
        assertTrue(node.isAlive(), () -> text(log));
      } finally {
        node.destroyForcibly().onExit().join();
      }
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aContentDirectoryThatMayNotBeRead() throws IOException {
    Path content = Files.createDirectories(directory.resolve("content/blobs")).getParent();
    giveAway(content);
    refusal(
        content
            + " is not readable for this user: run as root or as a user of the group that owns it.",
        withoutRights(
            serve(
                "--store=containerd",
                "--containerd-sock=" + sockets.resolve("none"),
                "--containerd-content-path=" + content)));
  }

  @Test
  void aConfigurationThatMayNotBeRead() throws IOException {
    Path hosts = Files.createDirectories(directory.resolve("certs.d/docker.io"));
    Path file = Files.writeString(hosts.resolve("hosts.toml"), "# mine\n");
    giveAway(hosts);
    refusal(
        "permission denied; run this as the owner of that directory, such as root;",
        withoutRights(
            sluice(
                "configure",
                "--containerd-registry-config-path=" + hosts.getParent(),
                "--mirrored-registries=https://docker.io",
                "--mirror-targets=http://127.0.0.1:5000")));
    assertEquals("# mine\n", Files.readString(file));
    assertEquals(List.of("docker.io"), names(hosts.getParent()));
  }

  private static List<String> names(Path in) throws IOException {
    try (var children = Files.list(in)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aLayoutThatMayNotBeMade() throws IOException {
    Path parent = Files.createDirectory(directory.resolve("parent"));
    giveAway(parent);
    String said =
        refusal(
            "An empty OCI layout cannot be created at " + parent.resolve("layout"),
            withoutRights(serve("--store=oci:" + parent.resolve("layout"))));
    assertTrue(said.contains("make the directory writable for this user or name another"), said);
    assertEquals(List.of(), names(parent));
  }

  @Test
  void aLayoutOnADiskWithoutRoom() throws IOException {
    Path at = Files.createDirectory(directory.resolve("disk"));
    for (String disk : List.of(ON_A_FULL_DISK, ON_A_READ_ONLY_DISK)) {
      String cause =
          disk.equals(ON_A_FULL_DISK) ? "No space left on device" : "Read-only file system";
      String said = refusal(cause, on(disk, at, serve("--store=oci:" + at.resolve("layout"))));
      assertTrue(said.contains("An empty OCI layout cannot be created"), said);
      assertTrue(said.contains("or name another one"), said);
    }
  }

  @Test
  void aKeyOnADiskWithoutRoom() throws IOException {
    Path at = Files.createDirectory(directory.resolve("disk"));
    Path layout = directory.resolve("layout");
    for (String disk : List.of(ON_A_FULL_DISK, ON_A_READ_ONLY_DISK)) {
      boolean full = disk.equals(ON_A_FULL_DISK);
      List<String> command =
          serve(
              "--store=oci:" + layout,
              "--data-dir=" + at,
              "--bootstrap-kind=static",
              "--static-bootstrap-peers=/ip4/127.0.0.1");
      String said =
          refusal(
              "the key of this node cannot be kept in "
                  + at
                  + " ("
                  + (full ? "No space left on device" : "Read-only file system")
                  + "); make room there, or name a directory for its data that can be written to",
              on(disk, at, command));
      String left = full ? "left: filler" : "left:";
      assertTrue(said.lines().anyMatch(left::equals), said);
    }
  }
}

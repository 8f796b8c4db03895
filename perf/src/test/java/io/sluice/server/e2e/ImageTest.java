package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.perf.footprint.TestPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The container image, run by a real containerd and runc with what {@code deploy/daemonset.yaml}
 * says: arguments, mounts, memory, capabilities, seccomp, a root file system that is read-only.
 */
@Tag("root")
@Tag("containerd")
@Tag("kernel")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ImageTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path DAEMON_SET = ROOT.resolve("deploy/daemonset.yaml");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PORT = 30020;

  /** What containerd gives a container unless it is told otherwise. */
  private static final List<String> CAPABILITIES =
      List.of(
          "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP"
              .concat(" NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE")
              .split(" "));

  private static Path directory;
  private static Path image;

  @BeforeAll
  static void makeImage() throws IOException, InterruptedException {
    Requirement.root();
    Requirement.tools("containerd", "ctr", "runc", "ip", "nsenter", "curl", "skopeo");
    directory = Workspace.scratch("image");
    image = make(directory.resolve("out"));
  }

  private static Path make(Path out) throws IOException, InterruptedException {
    Command.of(
            ROOT.resolve("scripts/image").toString(),
            TestPackage.directory().toString(),
            "--out",
            out.toString())
        .output();
    try (Stream<Path> files = Files.list(out)) {
      return files.findFirst().orElseThrow();
    }
  }

  @AfterAll
  static void delete() {
    if (directory != null) {
      Workspace.delete(directory);
    }
  }

  @Test
  void theSamePackageGivesTheSameBytes() throws IOException, InterruptedException {
    assertEquals(-1, Files.mismatch(image, make(directory.resolve("again"))));
  }

  @Test
  void othersCanReadIt() {
    for (String form : List.of("oci-archive:", "docker-archive:")) {
      String text = Command.of("skopeo", "inspect", form + image).output();
      assertTrue(text.contains("\"org.opencontainers.image.title\": \"Sluice\""), text);
    }
  }

  @Test
  void runsAsTheDaemonSetSays() throws IOException {
    Path certificates = Files.createDirectory(directory.resolve("certs.d"));
    Path data = Files.createDirectory(directory.resolve("data"));
    try (NetworkNamespace network = NetworkNamespace.create();
        ContainerdHost host = ContainerdHost.start(network)) {
      host.load(image);
      Map<String, Path> paths =
          Map.of(
              "certs-d", certificates,
              "data", data,
              "containerd-content", host.contentDirectory());
      PodTemplate configure = PodTemplate.read(DAEMON_SET, "configure");
      Command.of(run(host, configure, "configure", paths)).output();
      String hosts = Files.readString(certificates.resolve("_default/hosts.toml"));
      assertTrue(hosts.startsWith("[host.'http://127.0.0.1:" + PORT + "']\n"), hosts);

      PodTemplate node = PodTemplate.read(DAEMON_SET, "sluice");
      Path log = directory.resolve("node.log");
      Process process =
          new ProcessBuilder(run(host, node, "sluice", paths))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        servesBlobs(host, network, log);
        exec(host, node.preStop());
        try (Stream<Path> left = Files.list(certificates)) {
          assertEquals(List.of(), left.toList());
        }
        Command.of(host.ctr("task", "kill", "--signal=SIGTERM", "sluice")).output();
        assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), Files.readString(log));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      } finally {
        process.destroyForcibly();
      }
    }
  }

  /** Every blob of the mounted store arrives with its digest. */
  private static void servesBlobs(ContainerdHost host, NetworkNamespace network, Path log)
      throws IOException {
    String url = "http://127.0.0.1:" + PORT;
    try {
      Patience.until(
          "the node is ready",
          PATIENCE,
          () ->
              Command.of(network.enter(List.of("curl", "-sf", url + "/readyz"))).run().exitCode()
                  == 0);
    } catch (IllegalStateException | AssertionError e) {
      throw new AssertionError(Files.readString(log), e);
    }
    assertEquals(5, host.digests().size());
    for (String digest : host.digests()) {
      String pull = "curl -sf " + url + "/v2/sluice/blobs/" + digest + " | sha256sum";
      String sum = Command.of(network.enter(List.of("sh", "-c", pull))).output();
      assertEquals(digest, "sha256:" + sum.split(" ")[0]);
    }
  }

  /** The words that run a container of the pod in the foreground, on the host's network. */
  private static List<String> run(
      ContainerdHost host, PodTemplate container, String id, Map<String, Path> paths)
      throws IOException {
    assertTrue(container.says("readOnlyRootFilesystem: true"));
    assertTrue(container.says("allowPrivilegeEscalation: false"));
    assertTrue(container.says("drop: [\"ALL\"]"));
    boolean ownProfile = container.says("localhostProfile: sluice.json");
    assertEquals(!ownProfile, container.says("type: RuntimeDefault"));
    List<String> words =
        host.ctr(
            "run",
            "--rm",
            "--net-host",
            "--read-only",
            "--seccomp",
            "--snapshotter=" + host.snapshotter(),
            "--memory-limit=" + container.memoryLimitBytes());
    if (ownProfile) {
      words.add("--seccomp-profile=" + ROOT.resolve("deploy/seccomp.json"));
    }
    CAPABILITIES.forEach(capability -> words.add("--cap-drop=CAP_" + capability));
    container
        .mounts()
        .forEach(
            (name, mount) -> {
              boolean socket = name.equals("containerd-socket");
              if (socket || paths.containsKey(name)) {
                words.add(
                    "--mount=type=bind,src="
                        + (socket ? host.socket() : paths.get(name))
                        + ",dst="
                        + mount.target()
                        + ",options=rbind:"
                        + (mount.readOnly() ? "ro" : "rw"));
              }
            });
    words.add(reference());
    words.add(id);
    words.addAll(entryPoint());
    for (String argument : container.arguments()) {
      words.add(
          argument
              .replace("$(NODE_IP)", "127.0.0.1")
              .replace("--registry-addr=:5000", "--registry-addr=127.0.0.1:" + PORT));
    }
    if (container.arguments().contains("serve")) {
      words.add("--containerd-namespace=default");
    }
    return words;
  }

  private static void exec(ContainerdHost host, List<String> command) throws IOException {
    assertEquals(entryPoint(), command.subList(0, 2));
    List<String> words = new ArrayList<>(host.ctr("task", "exec", "--exec-id=stop", "sluice"));
    words.addAll(command);
    Command.of(words).output();
  }

  private static String reference() {
    String name = image.getFileName().toString();
    return "localhost/sluice:"
        + name.substring("sluice-".length(), name.length() - "-linux-amd64.tar".length());
  }

  /** As the image's configuration has it; ctr replaces all of it when there are arguments. */
  private static List<String> entryPoint() {
    return List.of("/sluice/runtime/bin/java", "@/sluice/lib/sluice.args");
  }
}

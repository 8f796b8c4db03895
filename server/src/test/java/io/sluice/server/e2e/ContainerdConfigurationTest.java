package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.BasicAuth;
import io.sluice.server.config.StartupException;
import io.sluice.server.mirror.MirrorConfiguration;
import io.sluice.server.mirror.MirrorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Trees that are written on real file systems, and pulled through by a real containerd. */
@Tag("root")
@Tag("containerd")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ContainerdConfigurationTest {
  private static final String REGISTRY = "https://sluice.test";
  private static final String UPSTREAM = "http://127.0.0.1:1";

  private Path directory;

  @BeforeEach
  void prepare() {
    Requirement.root();
    directory = Workspace.scratch("certs.d");
  }

  @AfterEach
  void delete() {
    Command.of("umount", directory.toString()).run();
    Workspace.delete(directory);
  }

  private static void configure(Path root, boolean prepend, String target, String... registries) {
    List<String> targets = List.of(target);
    new MirrorConfiguration(report -> {})
        .configure(
            MirrorOptions.of(root, List.of(registries), targets, true, prepend, Optional.empty()));
  }

  private void mountTmpfs(String size) {
    mountTmpfs(size, directory);
  }

  private static void mountTmpfs(String size, Path at) {
    Command.of("mount", "-t", "tmpfs", "-o", "size=" + size, "sluice-e2e", at.toString()).output();
  }

  @Test
  void containerdPullsThroughTheMirror() throws IOException {
    Requirement.tools("containerd", "ctr", "runc", "ip", "nsenter");
    DebianImage image = DebianImage.cached();
    try (NetworkNamespace network = NetworkNamespace.create();
        SluiceProcess node =
            SluiceProcess.serving(image).listeningOn(network.hostAddress()).start();
        ContainerdHost host = ContainerdHost.start(network)) {
      Path hosts = host.hostsDirectory();
      // An administrator's file that nothing can be pulled through.
      Path file = hosts.resolve("sluice.test/hosts.toml");
      Files.createDirectories(file.getParent());
      String dead = "server = \"" + UPSTREAM + "\"\n[host.\"" + UPSTREAM + "\"]\n";
      Files.writeString(file, dead);
      assertFalse(host.tryPull(DebianImage.REFERENCE));
      configure(hosts, true, node.registry().toString(), REGISTRY);
      host.pull(DebianImage.REFERENCE);
      assertEquals(image.sizes(), host.sizesByComputedDigest());
      host.removeAll();
      new MirrorConfiguration(report -> {}).cleanUp(hosts);
      assertEquals(dead, Files.readString(file));
      // All registries, by the directory that is for those that have none, not even an empty one.
      Files.delete(file);
      Files.delete(file.getParent());
      configure(hosts, false, node.registry().toString());
      host.pull(DebianImage.REFERENCE);
      assertEquals(image.sizes(), host.sizesByComputedDigest());
    }
  }

  @Test
  void containerdSendsTheCredentialsThatItWasGiven() throws IOException {
    Requirement.tools("containerd", "ctr", "runc", "ip", "nsenter");
    Path secret = Files.writeString(directory.resolve("secret"), "hello:world");
    try (NetworkNamespace network = NetworkNamespace.create();
        SluiceProcess node =
            SluiceProcess.serving(DebianImage.cached())
                .with("--basic-auth-file", secret.toString())
                .listeningOn(network.hostAddress())
                .start();
        ContainerdHost host = ContainerdHost.start(network)) {
      Path hosts = host.hostsDirectory();
      String target = node.registry().toString();
      configure(hosts, false, target);
      assertFalse(host.tryPull(DebianImage.REFERENCE));
      new MirrorConfiguration(report -> {})
          .configure(
              MirrorOptions.of(
                  hosts,
                  List.of(),
                  List.of(target),
                  true,
                  false,
                  Optional.of(BasicAuth.load(secret))));
      host.pull(DebianImage.REFERENCE);
      assertEquals(DebianImage.cached().sizes(), host.sizesByComputedDigest());
    }
  }

  @Test
  void aFileSystemThatIsReadOnly() throws IOException {
    mountTmpfs("1m");
    Path file = directory.resolve("docker.io/hosts.toml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "# mine\n");
    Command.of("mount", "-o", "remount,ro", directory.toString()).output();
    String message =
        assertThrows(
                StartupException.class,
                () -> configure(directory, false, UPSTREAM, "https://docker.io"))
            .getMessage();
    assertTrue(
        message.contains(": Read-only file system; mount containerd's configuration writable"),
        message);
    assertEquals("# mine\n", Files.readString(file));
  }

  @Test
  void aLinkToAnotherFileSystem() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    mountTmpfs("1m", other);
    try {
      Path root = Files.createDirectory(directory.resolve("root"));
      Path file = Files.writeString(other.resolve("hosts.toml"), "# mine\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
      Files.setAttribute(file, "unix:uid", 4711);
      FileTime modified = Files.getLastModifiedTime(file);
      Files.createSymbolicLink(root.resolve("a.test"), other);
      configure(root, false, UPSTREAM, "https://a.test");
      assertTrue(Files.readString(file).startsWith("server = 'https://a.test'"));
      new MirrorConfiguration(report -> {}).cleanUp(root);
      assertEquals("# mine\n", Files.readString(file));
      assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      assertEquals(4711, Files.getAttribute(file, "unix:uid"));
      assertEquals(modified, Files.getLastModifiedTime(file));
      assertFalse(Files.exists(root.resolve("_sluice")));
    } finally {
      Command.of("umount", other.toString()).output();
    }
  }

  @Test
  void aDiskThatIsFull() throws IOException {
    mountTmpfs("64k");
    Path file = directory.resolve("docker.io/hosts.toml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "# mine\n");
    Path filler = directory.resolve("filler");
    // Room for the manifest and one file of two.
    Files.write(filler, new byte[64 * 1024 - 3 * 4096]);
    String message =
        assertThrows(
                StartupException.class,
                () -> configure(directory, false, UPSTREAM, "https://docker.io", "https://a.test"))
            .getMessage();
    assertTrue(message.contains(": No space left on device; make room"), message);
    assertEquals("# mine\n", Files.readString(file));
    try (Stream<Path> paths = Files.walk(directory)) {
      assertEquals(List.of(file, filler), paths.filter(Files::isRegularFile).sorted().toList());
    }
    Files.delete(filler);
    configure(directory, false, UPSTREAM, "https://docker.io", "https://a.test");
    assertTrue(Files.readString(file).startsWith("server = 'https://registry-1.docker.io'"));
    new MirrorConfiguration(report -> {}).cleanUp(directory);
    assertEquals("# mine\n", Files.readString(file));
  }
}

package io.sluice.server.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.BasicAuth;
import io.sluice.server.config.StartupException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a tree: what is written, what stays, and what comes back. */
class ConfigureTest {
  private static final String HOSTS = "[host.\"https://mirror.example\"]\n";

  @TempDir Path directory;

  private Path root() {
    return directory.resolve("certs.d");
  }

  private MirrorFixture fixture(String... registries) {
    MirrorFixture fixture = new MirrorFixture(root());
    fixture.registries = List.of(registries);
    return fixture;
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void writesATreeWhereThereIsNone() throws IOException {
    MirrorFixture fixture = fixture();
    fixture.configure();
    assertEquals(
        Set.of("_default/hosts.toml", "_sluice/written.toml"), TreeSnapshot.texts(root()).keySet());
    assertEquals("rw-r--r--", mode(root().resolve("_default/hosts.toml")));
    assertEquals("rwxr-xr-x", mode(root().resolve("_default")));
    fixture.cleanUp();
    assertTrue(Files.notExists(root()));
  }

  @Test
  void asOftenAsOneLikes() {
    TreeSnapshot.write(root(), Map.of("docker.io/hosts.toml", HOSTS, "docker.io/ca.crt", "ca"));
    Map<String, String> before = TreeSnapshot.of(root());
    MirrorFixture fixture = fixture("https://docker.io", "_default");
    fixture.configure();
    Map<String, String> once = TreeSnapshot.of(root());
    fixture.configure();
    assertEquals(once, TreeSnapshot.of(root()));
    assertEquals(
        root().resolve("docker.io/hosts.toml") + " is as it should be", fixture.reports.get(0));
    fixture.cleanUp();
    assertEquals(before, TreeSnapshot.of(root()));
    fixture.cleanUp();
    assertEquals(before, TreeSnapshot.of(root()));
  }

  @Test
  void keepsWhatItDoesNotMirror() {
    Map<String, String> texts =
        Map.of(
            "ghcr.io/hosts.toml", HOSTS,
            "ghcr.io/ca.crt", "ca",
            "note.txt", "mine",
            "docker.io/client.key", "key",
            "docker.io/deep/er.pem", "pem");
    TreeSnapshot.write(root(), texts);
    MirrorFixture fixture = fixture("https://docker.io", "_default");
    fixture.configure();
    Map<String, String> after = TreeSnapshot.texts(root());
    texts.forEach((name, text) -> assertEquals(text, after.get(name), name));
    assertTrue(
        fixture.reports.contains(
            "not mirrored, since they have directories of their own: ghcr.io; to mirror them too,"
                + " name them in --mirrored-registries"),
        fixture.reported());
  }

  @Test
  void tellsOfAFileThatContainerdPrefers() {
    TreeSnapshot.write(root(), Map.of("a.example_5000_/hosts.toml", HOSTS));
    MirrorFixture fixture = fixture("http://a.example:5000");
    fixture.configure();
    assertEquals(
        root().resolve("a.example_5000_")
            + " comes before "
            + root().resolve("a.example:5000")
            + ": move what is in it there, so that the mirror is used",
        fixture.reports.get(fixture.reports.size() - 1));
  }

  @Test
  void tellsOfCertificatesThatContainerdDoesNotLookFor() {
    TreeSnapshot.write(root(), Map.of("a.example/ca.crt", "ca", "a.example/note.txt", ""));
    MirrorFixture fixture = fixture("https://a.example");
    fixture.configure();
    assertEquals(
        "not used beside "
            + root().resolve("a.example/hosts.toml")
            + ", while it is there: ca.crt; name them in a hosts.toml of yours, and use"
            + " --prepend-existing",
        fixture.reports.get(fixture.reports.size() - 1));
  }

  @Test
  void bringsBackModeOwnerAndLinks() throws IOException {
    TreeSnapshot.write(
        root(),
        Map.of("a.example/hosts.toml", HOSTS, "shared.toml", HOSTS, "b.example/x", "", "c/x", ""));
    Path file = root().resolve("a.example/hosts.toml");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    if ("root".equals(System.getProperty("user.name"))) {
      Files.setAttribute(file, "unix:uid", 4711);
      Files.setAttribute(file, "unix:gid", 4712);
    }
    Files.createSymbolicLink(root().resolve("b.example/hosts.toml"), Path.of("../shared.toml"));
    Files.createSymbolicLink(root().resolve("c/hosts.toml"), Path.of("nowhere"));
    Map<String, String> before = TreeSnapshot.of(root());
    MirrorFixture fixture = fixture("https://a.example", "https://b.example", "https://c");
    fixture.prependExisting = true;
    fixture.configure();
    assertEquals("rw-r-----", mode(file));
    String linked = TreeSnapshot.read(root().resolve("b.example/hosts.toml"));
    assertTrue(linked.endsWith("\n\n[host.'https://mirror.example']"), linked);
    assertFalse(Files.isSymbolicLink(root().resolve("b.example/hosts.toml")));
    // Again, now that the link is kept aside, where it leads nowhere.
    fixture.targets = List.of("http://127.0.0.1:6000");
    fixture.configure();
    linked = TreeSnapshot.read(root().resolve("b.example/hosts.toml"));
    assertTrue(linked.endsWith("\n\n[host.'https://mirror.example']"), linked);
    fixture.cleanUp();
    assertEquals(before, TreeSnapshot.of(root()));
  }

  @Test
  void aLinkToAnotherRegistrysFileMeansWhatThatWas() throws IOException {
    TreeSnapshot.write(root(), Map.of("a.example/hosts.toml", HOSTS, "b.example/x", ""));
    Files.createSymbolicLink(
        root().resolve("b.example/hosts.toml"), Path.of("../a.example/hosts.toml"));
    Map<String, String> before = TreeSnapshot.of(root());
    MirrorFixture fixture = fixture("https://a.example", "https://b.example");
    fixture.prependExisting = true;
    fixture.configure();
    fixture.targets = List.of("http://127.0.0.1:6000");
    fixture.configure();
    String linked = TreeSnapshot.read(root().resolve("b.example/hosts.toml"));
    assertFalse(linked.contains(":5000"), linked);
    assertTrue(linked.endsWith("\n\n[host.'https://mirror.example']"), linked);
    fixture.cleanUp();
    assertEquals(before, TreeSnapshot.of(root()));
  }

  @Test
  void credentialsAreForNobodyElse() throws IOException {
    MirrorFixture fixture = fixture();
    fixture.basicAuth = new BasicAuth("hello", "world");
    fixture.configure();
    assertEquals("rw-------", mode(root().resolve("_default/hosts.toml")));
  }

  @Test
  void keepsAnEditAndSaysSo() {
    TreeSnapshot.write(root(), Map.of("_default/hosts.toml", HOSTS));
    MirrorFixture fixture = fixture();
    fixture.configure();
    Path file = root().resolve("_default/hosts.toml");
    TreeSnapshot.write(file, HOSTS + "# edited\n");
    fixture.configure();
    assertEquals(
        file
            + " was edited since it was written: the edit is kept in "
            + root().resolve("_sluice/original/_default/hosts.toml")
            + ", what was there before the edit in "
            + root().resolve("_sluice/earlier/_default/hosts.toml")
            + ", and comes back with cleanup; its hosts are not used",
        fixture.reports.get(0));
    fixture.cleanUp();
    assertEquals(
        Map.of(
            "_default/hosts.toml",
            HOSTS + "# edited\n",
            "_sluice/earlier/_default/hosts.toml",
            HOSTS),
        TreeSnapshot.texts(root()));
    fixture.configure();
    TreeSnapshot.write(file, HOSTS + "# edited again\n");
    fixture.cleanUp();
    assertEquals(HOSTS + "# edited again\n", TreeSnapshot.read(file));
    assertEquals(
        HOSTS + "# edited\n",
        TreeSnapshot.read(root().resolve("_sluice/earlier/_default/hosts.toml.1")));
  }

  @Test
  void anEditThatIsNotReplacedStays() {
    MirrorFixture fixture = fixture();
    fixture.configure();
    Path file = root().resolve("_default/hosts.toml");
    TreeSnapshot.write(file, HOSTS);
    TreeSnapshot.write(file.resolveSibling("ca.crt"), "ca");
    fixture.cleanUp();
    assertEquals(
        Map.of("_default/hosts.toml", HOSTS, "_default/ca.crt", "ca"), TreeSnapshot.texts(root()));
    assertEquals(List.of("left " + file + ": it was edited since it was written"), fixture.reports);
  }

  @Test
  void whatSaysTheSameIsNotTakenAway() throws IOException {
    MirrorFixture fixture = fixture();
    fixture.configure();
    String text = TreeSnapshot.read(root().resolve("_default/hosts.toml"));
    fixture.cleanUp();
    TreeSnapshot.write(root(), Map.of("_default/hosts.toml", text));
    Map<String, String> before = TreeSnapshot.of(root());
    fixture.configure();
    assertEquals(before, TreeSnapshot.of(root()));
    fixture.targets = List.of("http://127.0.0.1:6000");
    fixture.configure();
    // Back to what is an administrator's.
    fixture.targets = List.of("http://127.0.0.1:5000");
    fixture.configure();
    assertEquals(before, TreeSnapshot.of(root()));
  }

  @Test
  void whatIsNotMirroredAnyMoreIsGivenBack() {
    TreeSnapshot.write(root(), Map.of("a.example/hosts.toml", HOSTS));
    MirrorFixture fixture = fixture("https://a.example", "https://b.example");
    fixture.configure();
    fixture.registries = List.of("_default");
    fixture.configure();
    assertEquals(
        Set.of("a.example/hosts.toml", "_default/hosts.toml", "_sluice/written.toml"),
        TreeSnapshot.texts(root()).keySet());
    assertEquals(HOSTS, TreeSnapshot.read(root().resolve("a.example/hosts.toml")));
    assertTrue(Files.notExists(root().resolve("b.example")));
  }

  @Test
  void writesThroughALinkToADirectory() throws IOException {
    Path elsewhere = directory.resolve("elsewhere");
    TreeSnapshot.write(elsewhere, Map.of("hosts.toml", HOSTS, "ca.crt", "ca"));
    Files.createDirectories(root());
    Files.createSymbolicLink(root().resolve("a.example"), elsewhere);
    Map<String, String> before = TreeSnapshot.of(directory);
    MirrorFixture fixture = fixture("https://a.example");
    fixture.configure();
    assertTrue(TreeSnapshot.read(elsewhere.resolve("hosts.toml")).startsWith("server = "));
    fixture.cleanUp();
    assertEquals(before, TreeSnapshot.of(directory));
    Files.createSymbolicLink(root().resolve("b.example"), elsewhere);
    MirrorFixture both = fixture("https://a.example", "https://b.example");
    assertEquals(
        root().resolve("b.example")
            + ": leads to the same directory as "
            + root().resolve("a.example")
            + ", and each needs a file of its own; make them two directories, or leave one out of"
            + " --mirrored-registries.",
        assertThrows(StartupException.class, both::configure).getMessage());
  }

  @Test
  void refusesWhatIsNoDirectoryOrNoFile() throws IOException {
    TreeSnapshot.write(root(), Map.of("a.example", "a file", "b.example/hosts.toml/x", ""));
    Files.createSymbolicLink(root().resolve("c.example"), Path.of("nowhere"));
    Map<String, String> before = TreeSnapshot.of(root());
    for (String name : List.of("a.example", "c.example")) {
      MirrorFixture fixture = fixture("https://" + name, "_default");
      assertEquals(
          root().resolve(name)
              + ": not a directory, nor a link to one that is seen here; put a directory there, or"
              + " leave the registry out of --mirrored-registries.",
          assertThrows(StartupException.class, fixture::configure).getMessage());
    }
    MirrorFixture fixture = fixture("_default", "https://b.example");
    assertEquals(
        root().resolve("b.example/hosts.toml")
            + ": not a file; move it away, or leave the registry out of --mirrored-registries.",
        assertThrows(StartupException.class, fixture::configure).getMessage());
    assertEquals(before, TreeSnapshot.of(root()));
  }

  @Test
  void aFileThatIsTooLargeIsNotRead() throws IOException {
    Path file = root().resolve("_default/hosts.toml");
    TreeSnapshot.write(file, "#".repeat(MirrorLimits.FILE_BYTES_MAX));
    MirrorFixture fixture = fixture();
    fixture.configure();
    fixture.cleanUp();
    assertEquals(MirrorLimits.FILE_BYTES_MAX, Files.size(file));
    TreeSnapshot.write(file, "#".repeat(MirrorLimits.FILE_BYTES_MAX + 1));
    assertEquals(
        file
            + ": larger than 1048576 bytes; this is no configuration of containerd; move it away;"
            + " running configure again, or cleanup, heals what is half done.",
        assertThrows(StartupException.class, fixture::configure).getMessage());
  }

  @Test
  void aManifestThatIsDamagedIsToldOf() {
    MirrorFixture fixture = fixture();
    fixture.configure();
    Path manifest = root().resolve("_sluice/written.toml");
    TreeSnapshot.write(manifest, "written = 3\n");
    String message = assertThrows(StartupException.class, fixture::cleanUp).getMessage();
    assertEquals(
        manifest
            + ": not what Sluice wrote; Sluice keeps in it which files are its own; if you remove"
            + " it, all that are there count as yours.",
        message);
  }

  @Test
  void whatMayNotBeReadIsToldOf() {
    TreeSnapshot.write(root(), Map.of("docker.io/hosts.toml", HOSTS));
    Map<String, String> before = TreeSnapshot.of(root());
    MirrorFixture fixture = fixture("https://docker.io");
    fixture.files =
        new DiskFiles() {
          @Override
          public byte[] read(Path file) throws IOException {
            throw new AccessDeniedException(file.toString());
          }
        };
    assertEquals(
        root().resolve("docker.io/hosts.toml")
            + ": permission denied; run this as the owner of that directory, such as root; running"
            + " configure again, or cleanup, heals what is half done.",
        assertThrows(StartupException.class, fixture::configure).getMessage());
    assertEquals(before, TreeSnapshot.of(root()));
  }

  @Test
  void nothingToRestoreIsNoTrouble() {
    MirrorFixture fixture = fixture();
    fixture.cleanUp();
    assertEquals(List.of("there is no " + root() + ", and so nothing to restore"), fixture.reports);
    TreeSnapshot.write(root(), Map.of("docker.io/hosts.toml", HOSTS));
    Map<String, String> before = TreeSnapshot.of(root());
    fixture.cleanUp();
    assertEquals(before, TreeSnapshot.of(root()));
  }
}

package io.sluice.server.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One command changes over from Spegel, and one gives back what was there before it. */
class SpegelTreeTest {
  private static final String HOSTS = "[host.\"https://mirror.example\"]\n";

  @TempDir Path root;

  private static String spegels(String server) {
    return server
        + "[host.'http://10.0.0.1:30020']\ncapabilities = ['pull', 'resolve']\n"
        + "dial_timeout = '200ms'\n\n[host.'http://10.0.0.1:30021']\n"
        + "capabilities = ['pull', 'resolve']\ndial_timeout = '200ms'";
  }

  /** What was there before Spegel. */
  private Map<String, String> prepare() throws IOException {
    TreeSnapshot.write(
        root,
        Map.of(
            "docker.io/hosts.toml", HOSTS,
            "docker.io/ca.crt", "ca",
            "docker.io/deep/client.key", "key",
            "ghcr.io/hosts.toml", HOSTS + "# ghcr\n",
            "note.txt", "note"));
    Files.setPosixFilePermissions(
        root.resolve("docker.io"), PosixFilePermissions.fromString("rwxr-x---"));
    Files.setPosixFilePermissions(
        root.resolve("docker.io/hosts.toml"), PosixFilePermissions.fromString("rw-r-----"));
    return TreeSnapshot.of(root);
  }

  /** Does what Spegel does: moves everything away, then writes its own, and copies beside them. */
  private void spegelConfigures() throws IOException {
    Path backup = Files.createDirectory(root.resolve("_backup"));
    for (Path entry : new DiskFiles().list(root)) {
      if (!entry.equals(backup)) {
        Files.move(entry, backup.resolve(entry.getFileName()));
      }
    }
    Map<String, String> texts = new HashMap<>();
    texts.put(
        "docker.io/hosts.toml",
        spegels("server = 'https://registry-1.docker.io'\n\n")
            + "\n\n[host.'https://mirror.example']");
    texts.put("docker.io/ca.crt", "caca");
    texts.put("docker.io/deep/client.key", "key");
    texts.put("quay.io/hosts.toml", spegels("server = 'https://quay.io'\n\n"));
    texts.put("_default/hosts.toml", spegels(""));
    TreeSnapshot.write(root, texts);
  }

  @Test
  void cleanUpGivesBackWhatWasBeforeSpegel() throws IOException {
    Map<String, String> before = prepare();
    spegelConfigures();
    new MirrorFixture(root).cleanUp();
    assertEquals(before, TreeSnapshot.of(root));
  }

  @Test
  void configureChangesOver() throws IOException {
    Map<String, String> before = prepare();
    spegelConfigures();
    MirrorFixture fixture = new MirrorFixture(root);
    fixture.registries = List.of("https://docker.io", "_default");
    fixture.prependExisting = true;
    fixture.configure();
    assertEquals(
        "taking over what Spegel wrote for _default, docker.io, quay.io", fixture.reports.get(0));
    assertFalse(Files.exists(root.resolve("_backup")));
    assertFalse(Files.exists(root.resolve("quay.io")));
    String text = TreeSnapshot.read(root.resolve("docker.io/hosts.toml"));
    assertTrue(text.contains("\n[host.'http://127.0.0.1:5000']\n"), text);
    assertTrue(text.endsWith("\n[host.'https://mirror.example']"), text);
    assertEquals("ca", TreeSnapshot.read(root.resolve("docker.io/ca.crt")));
    fixture.cleanUp();
    assertEquals(before, TreeSnapshot.of(root));
  }

  @Test
  void whatWasAddedAfterSpegelStays() throws IOException {
    prepare();
    spegelConfigures();
    TreeSnapshot.write(
        root,
        Map.of(
            "added.example/hosts.toml", HOSTS + "# added\n",
            "docker.io/ca.crt", "a new ca",
            "ghcr.io/hosts.toml", HOSTS + "# newer\n"));
    MirrorFixture fixture = new MirrorFixture(root);
    fixture.configure();
    fixture.cleanUp();
    Map<String, String> texts = TreeSnapshot.texts(root);
    assertEquals(HOSTS + "# added\n", texts.get("added.example/hosts.toml"));
    assertEquals("a new ca", texts.get("docker.io/ca.crt"));
    assertEquals("ca", texts.get("_sluice/earlier/docker.io/ca.crt"));
    assertEquals(HOSTS, texts.get("docker.io/hosts.toml"));
    assertEquals(HOSTS + "# newer\n", texts.get("ghcr.io/hosts.toml"));
    assertEquals(HOSTS + "# ghcr\n", texts.get("_sluice/earlier/ghcr.io/hosts.toml"));
  }

  @Test
  void spegelOnTopOfUsAndBack() throws IOException {
    Map<String, String> before = prepare();
    MirrorFixture fixture = new MirrorFixture(root);
    fixture.registries = List.of("https://docker.io", "_default");
    fixture.configure();
    spegelConfigures();
    assertTrue(Files.exists(root.resolve("_backup/_sluice")));
    fixture.configure();
    fixture.cleanUp();
    assertEquals(before, TreeSnapshot.of(root));
  }

  @Test
  void aDirectoryOfThatNameIsNotSpegelsByItself() {
    TreeSnapshot.write(
        root, Map.of("_backup/docker.io/hosts.toml", HOSTS, "docker.io/hosts.toml", HOSTS));
    Map<String, String> before = TreeSnapshot.of(root);
    MirrorFixture fixture = new MirrorFixture(root);
    fixture.configure();
    assertEquals(
        "left "
            + root.resolve("_backup")
            + ": Spegel makes such a directory, but no file here is Spegel's",
        fixture.reports.get(0));
    fixture.cleanUp();
    assertEquals(before, TreeSnapshot.of(root));
  }

  @Test
  void knowsSpegelsFilesByTheirShape() {
    assertTrue(isSpegels(spegels("")));
    assertTrue(isSpegels(spegels("server = 'https://quay.io'\n\n")));
    assertTrue(
        isSpegels(
            "server = 'https://a'\n\n[host]\n[host.'http://b:1']\ncapabilities = ['pull']\n"));
    assertFalse(isSpegels("[host.\"http://b:1\"]\ncapabilities = [\"pull\"]\n"));
    assertFalse(isSpegels("[host.'http://b:1']\ncapabilities = ['pull', 'push']\n"));
    assertFalse(isSpegels("# mine\n" + spegels("")));
  }

  private static boolean isSpegels(String text) {
    return SpegelTree.isSpegels(text.getBytes(StandardCharsets.UTF_8));
  }
}

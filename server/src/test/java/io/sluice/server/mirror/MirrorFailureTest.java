package io.sluice.server.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every operation on files fails once, or is the last one ever: each file is then old or new, the
 * next run makes it right, and what was there in the beginning comes back.
 */
class MirrorFailureTest {
  private static final String HOSTS = "[host.\"https://mirror.example\"]\n";
  private static final String SPEGELS =
      "[host.'http://10.0.0.1:30020']\ncapabilities = ['pull', 'resolve']\n"
          + "dial_timeout = '200ms'";

  @TempDir Path directory;

  private final Path root() {
    return directory.resolve("certs.d");
  }

  /** Trees to begin with, by name. */
  private void prepare(String story) throws IOException {
    delete(root());
    if (story.equals("nothing")) {
      return;
    }
    TreeSnapshot.write(
        root(),
        Map.of(
            "docker.io/hosts.toml", HOSTS,
            "docker.io/ca.crt", "ca",
            "ghcr.io/hosts.toml", HOSTS,
            "shared.toml", HOSTS));
    Files.createDirectory(root().resolve("linked"));
    Files.createSymbolicLink(root().resolve("linked/hosts.toml"), Path.of("../shared.toml"));
  }

  /** What happens between the beginning and the run that fails. */
  private void happen(String story) throws IOException {
    MirrorFixture before = fixture(new FastFiles());
    switch (story) {
      case "again" -> before.configure();
      case "edited" -> {
        before.configure();
        TreeSnapshot.write(root(), Map.of("docker.io/hosts.toml", HOSTS + "# edited\n"));
      }
      case "changed" -> {
        before.targets = List.of("http://127.0.0.1:6000");
        before.registries = List.of("https://docker.io", "https://gone.example", "https://ghcr.io");
        before.configure();
      }
      case "spegel" -> {
        Path backup = Files.createDirectory(root().resolve("_backup"));
        for (String name : List.of("docker.io", "ghcr.io", "linked", "shared.toml")) {
          Files.move(root().resolve(name), backup.resolve(name));
        }
        TreeSnapshot.write(
            root(),
            Map.of(
                "_default/hosts.toml", SPEGELS,
                "docker.io/hosts.toml", SPEGELS,
                "docker.io/ca.crt", "ca"));
      }
      default -> {}
    }
  }

  private MirrorFixture fixture(FileOperations files) {
    MirrorFixture fixture = new MirrorFixture(root());
    fixture.registries = List.of("https://docker.io", "https://linked", "_default");
    fixture.prependExisting = true;
    fixture.files = files;
    return fixture;
  }

  @ParameterizedTest
  @CsvSource({
    "nothing, false",
    "nothing, true",
    "first, false",
    "first, true",
    "again, false",
    "again, true",
    "edited, false",
    "edited, true",
    "changed, false",
    "changed, true",
    "spegel, false",
    "spegel, true",
  })
  void configureFails(String story, boolean crash) throws IOException {
    prepare(story);
    Map<String, String> initially = TreeSnapshot.of(root());
    Map<String, String> initialTexts = hosts();
    happen(story);
    Map<String, String> old = hosts();
    fixture(new FastFiles()).configure();
    Map<String, String> wanted = hosts();
    for (int i = 0; ; i++) {
      prepare(story);
      happen(story);
      FailingFiles failing = new FailingFiles(i, crash);
      String place = story + ", operation " + i;
      if (!attempt(fixture(failing)::configure)) {
        // Again and unchanged, nothing is written that a crash could break off.
        assertTrue(crash && story.equals("again") ? i == 0 : i > 5, place);
        return;
      }
      assertOldOrNew(List.of(initialTexts, old, wanted), wanted, place);
      if (!crash) {
        assertNoneTemporary(place);
      }
      // Either is the next one that is run.
      Path crashed = directory.resolve("crashed");
      copy(root(), crashed);
      fixture(new FastFiles()).configure();
      assertEquals(wanted, hosts(), place);
      fixture(new FastFiles()).cleanUp();
      assertRestored(story, initially, place);
      delete(root());
      copy(crashed, root());
      fixture(new FastFiles()).cleanUp();
      assertRestored(story, initially, place + ", cleanup at once");
      delete(crashed);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "nothing, false",
    "nothing, true",
    "first, false",
    "first, true",
    "edited, true",
    "spegel, false",
    "spegel, true",
  })
  void cleanUpFails(String story, boolean crash) throws IOException {
    prepare(story);
    Map<String, String> initially = TreeSnapshot.of(root());
    for (int i = 0; ; i++) {
      prepare(story);
      fixture(new FastFiles()).configure();
      happen(story.equals("spegel") ? "" : story);
      if (story.equals("spegel")) {
        prepare(story);
        happen(story);
      }
      String place = story + ", operation " + i;
      if (!attempt(fixture(new FailingFiles(i, crash))::cleanUp)) {
        assertTrue(i > 5, place);
        return;
      }
      fixture(new FastFiles()).cleanUp();
      assertRestored(story, initially, place);
    }
  }

  /** Whether it failed, as it should. */
  private static boolean attempt(Runnable run) {
    try {
      run.run();
      return false;
    } catch (FailingFiles.Crash e) {
      return true;
    } catch (StartupException e) {
      assertTrue(e.getMessage().contains(": No space left on device; make room"), e.getMessage());
      return true;
    }
  }

  private void assertRestored(String story, Map<String, String> initially, String place) {
    Map<String, String> now = new TreeMap<>(TreeSnapshot.of(root()));
    if (story.equals("edited")) {
      assertTrue(now.get("docker.io/hosts.toml").endsWith("# edited\n"), place + now);
      String earlier = now.get("_sluice/earlier/docker.io/hosts.toml");
      assertNotNull(earlier, place + now);
      assertTrue(earlier.endsWith(HOSTS), place + earlier);
      now.keySet().removeIf(name -> name.startsWith("_sluice"));
      now.put("docker.io/hosts.toml", initially.get("docker.io/hosts.toml"));
    }
    assertEquals(initially, now, place);
  }

  /** The registries' files. */
  private Map<String, String> hosts() {
    Map<String, String> texts = new TreeMap<>();
    if (Files.exists(root())) {
      texts.putAll(TreeSnapshot.texts(root()));
    }
    texts.keySet().removeIf(name -> name.startsWith("_sluice/") || name.startsWith("_backup/"));
    return texts;
  }

  /** What Spegel took away may be back already, and not replaced yet. */
  private void assertOldOrNew(
      List<Map<String, String>> allowed, Map<String, String> wanted, String place) {
    Map<String, String> now = hosts();
    now.keySet().removeIf(name -> name.endsWith(".sluice-new"));
    for (String name : now.keySet()) {
      String text = now.get(name);
      assertTrue(
          allowed.stream().anyMatch(texts -> text.equals(texts.get(name))), place + ": " + text);
    }
    for (String name : allowed.get(1).keySet()) {
      if (wanted.containsKey(name)) {
        assertNotNull(now.get(name), place + ": " + name);
      }
    }
  }

  private void assertNoneTemporary(String place) throws IOException {
    if (Files.exists(root())) {
      try (Stream<Path> paths = Files.walk(root())) {
        Set<Path> left =
            Set.copyOf(
                paths
                    .filter(path -> path.endsWith(".hosts.toml.sluice-new"))
                    .filter(path -> !path.startsWith(root().resolve("_sluice")))
                    .toList());
        assertEquals(Set.of(), left, place);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    if (Files.notExists(from)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(
            path,
            to.resolve(from.relativize(path)),
            StandardCopyOption.COPY_ATTRIBUTES,
            LinkOption.NOFOLLOW_LINKS);
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    if (Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> paths = Files.walk(tree)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}

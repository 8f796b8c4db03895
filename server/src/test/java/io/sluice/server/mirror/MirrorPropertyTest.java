package io.sluice.server.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.BasicAuth;
import io.sluice.server.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random trees, configured with random options, edited by hand, configured again, cleaned up, and
 * broken off in between: nothing that was there is ever lost, and without edits all is as before.
 */
class MirrorPropertyTest {
  private static final int STORIES = 60;
  private static final List<String> REGISTRIES =
      List.of("docker.io", "ghcr.io", "a.example:5000", "_default", "b.example");
  private static final List<String> NAMES =
      List.of("hosts.toml", "ca.crt", "client.key", "x/y.pem");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nothingIsLost(long seed) throws IOException {
    for (int i = 0; i < STORIES; i++) {
      long story = seed * 1_000_003 + i;
      try {
        new Story(directory.resolve("tree-" + i), new Random(story)).tell();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("story " + story + ": " + e.getMessage(), e);
      }
    }
  }

  /** One tree and what happens to it. */
  private static final class Story {
    private final Path root;
    private final Random random;

    /** What an administrator wrote and did not replace himself. */
    private final Set<String> mustBeThere = new HashSet<>();

    private int texts;

    Story(Path root, Random random) {
      this.root = root;
      this.random = random;
    }

    void tell() throws IOException {
      Files.createDirectories(root);
      int files = random.nextInt(8);
      for (int i = 0; i < files; i++) {
        edit();
      }
      link();
      Map<String, String> before = TreeSnapshot.of(root);
      boolean edited = false;
      int steps = 1 + random.nextInt(6);
      for (int i = 0; i < steps; i++) {
        if (i > 0 && random.nextInt(3) == 0) {
          edited = true;
          edit();
        } else {
          run();
        }
        assertNothingLost();
      }
      fixture(new FastFiles()).cleanUp();
      assertNothingLost();
      if (!edited) {
        assertEquals(before, TreeSnapshot.of(root));
      }
      Map<String, String> cleaned = TreeSnapshot.of(root);
      fixture(new FastFiles()).cleanUp();
      assertEquals(cleaned, TreeSnapshot.of(root));
    }

    /** An administrator writes a file; what he replaces himself is his to lose. */
    private void edit() throws IOException {
      Path file = root.resolve(pick(REGISTRIES)).resolve(pick(NAMES));
      if (Files.isSymbolicLink(file)) {
        return;
      }
      if (Files.exists(file)) {
        mustBeThere.remove(TreeSnapshot.read(file));
      }
      String text = "[host.'https://mirror.example']\n# " + texts++ + "\n";
      TreeSnapshot.write(file, text);
      Files.setPosixFilePermissions(
          file,
          PosixFilePermissions.fromString(pick(List.of("rw-r--r--", "rw-------", "r--r-----"))));
      mustBeThere.add(text);
    }

    private void link() throws IOException {
      Path link = root.resolve(pick(REGISTRIES)).resolve("hosts.toml");
      if (random.nextInt(3) == 0 && Files.notExists(link)) {
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(pick(List.of("../ghcr.io/ca.crt", "nowhere"))));
      }
    }

    private void run() {
      boolean broken = random.nextInt(3) == 0;
      int failAt = broken ? random.nextInt(80) : -1;
      MirrorFixture fixture = fixture(new FailingFiles(failAt, random.nextBoolean()));
      try {
        if (random.nextInt(5) == 0) {
          fixture.cleanUp();
        } else {
          fixture.configure();
        }
      } catch (FailingFiles.Crash | StartupException e) {
        assertTrue(broken, e.toString());
      }
    }

    private MirrorFixture fixture(FileOperations files) {
      MirrorFixture fixture = new MirrorFixture(root);
      fixture.files = files;
      List<String> registries = new ArrayList<>();
      for (String registry : REGISTRIES) {
        if (random.nextBoolean()) {
          registries.add(registry.startsWith("_") ? registry : "https://" + registry);
        }
      }
      fixture.registries = registries;
      fixture.targets =
          pick(List.of(List.of("http://127.0.0.1:5000"), List.of("http://b:1", "http://c:2")));
      fixture.resolveTags = random.nextBoolean();
      fixture.prependExisting = random.nextBoolean();
      fixture.basicAuth = random.nextBoolean() ? new BasicAuth("a", "b") : null;
      return fixture;
    }

    private <T> T pick(List<T> choices) {
      return choices.get(random.nextInt(choices.size()));
    }

    private void assertNothingLost() {
      Collection<String> there = TreeSnapshot.texts(root).values();
      for (String text : mustBeThere) {
        assertTrue(there.contains(text), () -> "lost: " + text + " of " + TreeSnapshot.of(root));
      }
    }
  }
}

package io.sluice.server.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.server.config.BasicAuth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every combination of options, each on a tree with and without files of an administrator: the
 * bytes that are written, and what comes back after an edit, a second run and a cleanup.
 */
class OptionCombinationsTest {
  private static final String BEFORE =
      "server = \"https://x.example\"\n\n[host.\"https://mirror.example\"]\n"
          + "  skip_verify = true\n  capabilities = [\"pull\"]\n";
  private static final String FOLLOWING =
      "\n\n[host.'https://mirror.example']\ncapabilities = ['pull']\nskip_verify = true";
  private static final Map<String, String> SERVERS =
      Map.of(
          "docker.io", "server = 'https://registry-1.docker.io'\n\n",
          "foo.bar:5000", "server = 'http://foo.bar:5000'\n\n",
          "_default", "");

  @TempDir Path root;

  /** What is asked for, and whether an administrator has files there already. */
  private record Case(
      List<String> registries,
      int targets,
      boolean resolve,
      boolean prepend,
      boolean auth,
      boolean existing) {
    List<String> directories() {
      return registries.isEmpty()
          ? List.of("_default")
          : registries.stream().map(url -> url.replaceFirst("^https?://", "")).toList();
    }

    String text(String directory) {
      List<String> blocks = new ArrayList<>();
      for (int i = 0; i < targets; i++) {
        String host = "host.'http://127.0.0.1:500" + i + "'";
        String block =
            "[" + host + "]\ncapabilities = ['pull'" + (resolve ? ", 'resolve'" : "") + "]\n";
        block += "dial_timeout = '200ms'";
        if (auth) {
          block += "\n[" + host + ".header]\nAuthorization = 'Basic aGVsbG86d29ybGQ='";
        }
        blocks.add(block);
      }
      String following = prepend && existing ? FOLLOWING : "";
      return SERVERS.get(directory) + String.join("\n\n", blocks) + following;
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    List<List<String>> registries =
        List.of(
            List.of(),
            List.of("https://docker.io"),
            List.of("http://foo.bar:5000"),
            List.of("https://docker.io", "http://foo.bar:5000", "_default"));
    for (List<String> each : registries) {
      for (int bits = 0; bits < 32; bits++) {
        cases.add(
            new Case(
                each,
                1 + (bits & 1),
                (bits & 2) != 0,
                (bits & 4) != 0,
                (bits & 8) != 0,
                (bits & 16) != 0));
      }
    }
    return cases;
  }

  private MirrorFixture fixture(Case options) {
    MirrorFixture fixture = new MirrorFixture(root);
    fixture.files = new FastFiles();
    fixture.registries = options.registries();
    fixture.targets =
        List.of("http://127.0.0.1:5000", "http://127.0.0.1:5001").subList(0, options.targets());
    fixture.resolveTags = options.resolve();
    fixture.prependExisting = options.prepend();
    fixture.basicAuth = options.auth() ? new BasicAuth("hello", "world") : null;
    return fixture;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void writesTheseBytesAndGivesBackThose(Case options) throws IOException {
    if (options.existing()) {
      for (String directory : SERVERS.keySet()) {
        TreeSnapshot.write(
            root, Map.of(directory + "/hosts.toml", BEFORE, directory + "/ca.crt", "ca"));
      }
    }
    Map<String, String> before = TreeSnapshot.of(root);
    MirrorFixture fixture = fixture(options);
    fixture.configure();
    Map<String, String> written = new HashMap<>();
    for (String directory : options.directories()) {
      String text = TreeSnapshot.read(root.resolve(directory).resolve("hosts.toml"));
      assertEquals(options.text(directory), text);
      written.put(directory, text);
    }
    fixture.cleanUp();
    assertEquals(before, TreeSnapshot.of(root));

    fixture.configure();
    String edited = written.keySet().iterator().next();
    Path file = root.resolve(edited).resolve("hosts.toml");
    String edit = BEFORE + "# edited\n";
    TreeSnapshot.write(file, edit);
    fixture.configure();
    fixture.cleanUp();
    assertEquals(edit, TreeSnapshot.read(file));
    if (options.existing()) {
      Path earlier = root.resolve("_sluice/earlier").resolve(edited).resolve("hosts.toml");
      assertEquals(BEFORE, TreeSnapshot.read(earlier));
      Files.delete(earlier);
    }
    Files.delete(file);
    Map<String, String> others = TreeSnapshot.texts(root);
    Map<String, String> expected = new HashMap<>();
    if (options.existing()) {
      SERVERS.keySet().forEach(name -> expected.put(name + "/ca.crt", "ca"));
      SERVERS.keySet().forEach(name -> expected.put(name + "/hosts.toml", BEFORE));
      expected.remove(edited + "/hosts.toml");
    }
    assertEquals(expected, others);
  }
}

package io.sluice.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.BasicAuth;
import io.sluice.server.config.SettingsException;
import io.sluice.server.config.StartupException;
import io.sluice.server.mirror.MirrorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigureReaderTest {
  private static final String TARGETS = "--mirror-targets=http://127.0.0.1:5000";

  private final Map<String, String> environment = new HashMap<>();

  @TempDir Path directory;

  private MirrorOptions options(String... args) {
    return ((Command.Configure) CommandLineReader.read(environment::get, args)).options();
  }

  private static List<String> texts(List<?> urls) {
    return urls.stream().map(Object::toString).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"configure", "configuration"})
  void bothNamesAndTheDefaults(String name) {
    MirrorOptions options = options(name, TARGETS);
    assertEquals(Path.of("/etc/containerd/certs.d"), options.configPath());
    assertEquals(List.of("_default"), texts(options.registries()));
    assertEquals(List.of("http://127.0.0.1:5000"), texts(options.targets()));
    assertTrue(options.resolveTags());
    assertTrue(!options.prependExisting());
  }

  @Test
  void severalValuesFollowAFlagOrItIsRepeated() {
    MirrorOptions options =
        options(
            "configure",
            "--log-level=INFO",
            "--mirrored-registries",
            "https://a",
            "https://b",
            "--mirrored-registries=https://c",
            "--mirror-targets",
            "http://127.0.0.1:1",
            "http://127.0.0.1:2",
            "--resolve-tags=false",
            "--prepend-existing",
            "--containerd-registry-config-path=/tmp/../certs.d");
    assertEquals(List.of("https://a", "https://b", "https://c"), texts(options.registries()));
    assertEquals(List.of("http://127.0.0.1:1", "http://127.0.0.1:2"), texts(options.targets()));
    assertTrue(!options.resolveTags());
    assertTrue(options.prependExisting());
    assertEquals(Path.of("/certs.d"), options.configPath());
  }

  @Test
  void theEnvironmentCounts() {
    environment.put("MIRRORED_REGISTRIES", "https://a,https://b");
    environment.put("MIRROR_TARGETS", "http://127.0.0.1:1");
    environment.put("RESOLVE_TAGS", "false");
    environment.put("PREPEND_EXISTING", "true");
    environment.put("CONTAINERD_REGISTRY_CONFIG_PATH", "/certs.d");
    MirrorOptions options = options("configure");
    assertEquals(List.of("https://a", "https://b"), texts(options.registries()));
    assertTrue(!options.resolveTags());
    assertTrue(options.prependExisting());
    assertEquals(
        new Command.Cleanup(Path.of("/certs.d")),
        CommandLineReader.read(environment::get, "cleanup"));
    assertTrue(options("configure", "--resolve-tags").resolveTags());
  }

  @Test
  void credentialsComeFromAFileOrADirectory() throws IOException {
    Path file = directory.resolve("auth");
    Files.writeString(file, "hello:wor:ld\n");
    String flag = "--basic-auth-file=" + file;
    assertEquals(
        Optional.of(new BasicAuth("hello", "wor:ld")),
        options("configure", TARGETS, flag).basicAuth());
    Files.writeString(directory.resolve("username"), "hello");
    Files.writeString(directory.resolve("password"), "world\r\n");
    environment.put("BASIC_AUTH_FILE", directory.toString());
    assertEquals(
        Optional.of(new BasicAuth("hello", "world")), options("configure", TARGETS).basicAuth());
    Files.delete(directory.resolve("password"));
    assertEquals(
        directory
            + ": cannot be read (NoSuchFileException); --basic-auth-file names a file with"
            + " user:password, or a directory with the files username and password.",
        assertThrows(StartupException.class, () -> options("configure", TARGETS)).getMessage());
  }

  @Test
  void saysWhatIsWrong() {
    assertEquals(
        "--resolve-tags maybe: neither true nor false; write one.",
        assertThrows(
                SettingsException.class,
                () -> options("configure", TARGETS, "--resolve-tags=maybe"))
            .getMessage());
    assertTrue(
        assertThrows(SettingsException.class, () -> options("configure"))
            .getMessage()
            .startsWith("--mirror-targets: the value is missing; "));
    assertTrue(
        assertThrows(SettingsException.class, () -> options("configure", "--more", TARGETS))
            .getMessage()
            .contains("does not know this"));
  }
}

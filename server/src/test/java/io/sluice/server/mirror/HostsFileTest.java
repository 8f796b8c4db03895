package io.sluice.server.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.BasicAuth;
import io.sluice.server.config.StartupException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The texts that Spegel's users have in their trees, to the byte. */
class HostsFileTest {
  private static final String PULL_AND_RESOLVE = "capabilities = ['pull', 'resolve']\n";

  @TempDir Path root;

  private MirrorFixture fixture() {
    return new MirrorFixture(root);
  }

  private String written(MirrorFixture fixture, String registry) {
    fixture.configure();
    return TreeSnapshot.read(root.resolve(registry).resolve("hosts.toml"));
  }

  private static String mirror(String url, String capabilities) {
    return "[host.'" + url + "']\n" + capabilities + "dial_timeout = '200ms'";
  }

  @Test
  void allRegistries() {
    assertEquals(mirror("http://127.0.0.1:5000", PULL_AND_RESOLVE), written(fixture(), "_default"));
  }

  @Test
  void allRegistriesByEitherName() {
    MirrorFixture fixture = fixture();
    fixture.registries = List.of("*");
    assertEquals(mirror("http://127.0.0.1:5000", PULL_AND_RESOLVE), written(fixture, "_default"));
  }

  @Test
  void dockerHubWithoutTags() {
    MirrorFixture fixture = fixture();
    fixture.registries = List.of("https://docker.io", "http://foo.bar:5000");
    fixture.resolveTags = false;
    assertEquals(
        "server = 'https://registry-1.docker.io'\n\n"
            + mirror("http://127.0.0.1:5000", "capabilities = ['pull']\n"),
        written(fixture, "docker.io"));
    assertEquals(
        "server = 'http://foo.bar:5000'\n\n"
            + mirror("http://127.0.0.1:5000", "capabilities = ['pull']\n"),
        written(fixture, "foo.bar:5000"));
  }

  @Test
  void severalMirrors() {
    MirrorFixture fixture = fixture();
    fixture.registries = List.of("http://foo.bar:5000");
    fixture.targets =
        List.of("http://127.0.0.1:5000", "http://127.0.0.2:5000", "http://127.0.0.1:5001");
    assertEquals(
        "server = 'http://foo.bar:5000'\n\n"
            + mirror("http://127.0.0.1:5000", PULL_AND_RESOLVE)
            + "\n\n"
            + mirror("http://127.0.0.2:5000", PULL_AND_RESOLVE)
            + "\n\n"
            + mirror("http://127.0.0.1:5001", PULL_AND_RESOLVE),
        written(fixture, "foo.bar:5000"));
  }

  @Test
  void basicAuth() {
    MirrorFixture fixture = fixture();
    fixture.registries = List.of("http://foo.bar:5000");
    fixture.targets = List.of("http://127.0.0.1:5000", "http://127.0.0.1:5001");
    fixture.basicAuth = new BasicAuth("hello", "world");
    assertEquals(
        """
        server = 'http://foo.bar:5000'

        [host.'http://127.0.0.1:5000']
        capabilities = ['pull', 'resolve']
        dial_timeout = '200ms'
        [host.'http://127.0.0.1:5000'.header]
        Authorization = 'Basic aGVsbG86d29ybGQ='

        [host.'http://127.0.0.1:5001']
        capabilities = ['pull', 'resolve']
        dial_timeout = '200ms'
        [host.'http://127.0.0.1:5001'.header]
        Authorization = 'Basic aGVsbG86d29ybGQ='\
        """
            .stripIndent(),
        written(fixture, "foo.bar:5000"));
  }

  @Test
  void existingHostsFollow() {
    String before =
        """
        server = 'https://registry-1.docker.io'

        [host.'http://example.com:30020']
        capabilities = ['pull', 'resolve']
        client = ['/etc/certs/xxx/client.cert', '/etc/certs/xxx/client.key']

        [host.'http://example.com:30021']
        client = ['/etc/certs/xxx/client.cert', '/etc/certs/xxx/client.key']
        capabilities = ['pull', 'resolve']

        [host.'http://bar.com:30020']
        capabilities = ['pull', 'resolve']
        client = ['/etc/certs/xxx/client.cert', '/etc/certs/xxx/client.key']
        """;
    String client = "client = ['/etc/certs/xxx/client.cert', '/etc/certs/xxx/client.key']";
    TreeSnapshot.write(root, Map.of("docker.io/hosts.toml", before));
    MirrorFixture fixture = fixture();
    fixture.registries = List.of("https://docker.io");
    fixture.prependExisting = true;
    assertEquals(
        "server = 'https://registry-1.docker.io'\n\n"
            + mirror("http://127.0.0.1:5000", PULL_AND_RESOLVE)
            + "\n\n[host.'http://example.com:30020']\n"
            + PULL_AND_RESOLVE
            + client
            + "\n\n[host.'http://example.com:30021']\n"
            + PULL_AND_RESOLVE
            + client
            + "\n\n[host.'http://bar.com:30020']\n"
            + PULL_AND_RESOLVE
            + client,
        written(fixture, "docker.io"));
  }

  @Test
  void existingHostsInTheOrderOfTheirHeaders() {
    byte[] before =
        """
        server = "https://registry-1.docker.io"
        [host."https://one.example"]
          capabilities = ["pull"]
          ca = "/etc/certs/one.pem"
          skip_verify = false
          [host."https://one.example".header]
            x-custom = ["value1", "it's"]
        [host]
        [host."https://three.example".header]
          x-custom = ["foo"]
        [host."https://two.example/us"]
          client = [["/a.cert", "/a.key"],["/b.pem", ""]]
          override_path = true
        [host."https://three.example"]
          client = "/c.pem"
        """
            .getBytes(StandardCharsets.UTF_8);
    assertEquals(
        """
        [host.'https://one.example']
        ca = '/etc/certs/one.pem'
        capabilities = ['pull']
        skip_verify = false

        [host.'https://one.example'.header]
        x-custom = ['value1', "it's"]

        [host.'https://two.example/us']
        client = [['/a.cert', '/a.key'], ['/b.pem', '']]
        override_path = true

        [host.'https://three.example']
        client = '/c.pem'

        [host.'https://three.example'.header]
        x-custom = ['foo']\
        """
            .stripIndent(),
        String.join("\n\n", ExistingHosts.of(Path.of("hosts.toml"), before, Set.of()).blocks()));
  }

  @Test
  void aHostThatIsAMirrorAlreadyIsNotRepeated() {
    TreeSnapshot.write(
        root,
        Map.of(
            "_default/hosts.toml",
            "ca = 'x'\n[host.\"http://127.0.0.1:5000\"]\n[host.\"http://b.example\"]\n"));
    MirrorFixture fixture = fixture();
    fixture.prependExisting = true;
    assertEquals(
        mirror("http://127.0.0.1:5000", PULL_AND_RESOLVE) + "\n\n[host.'http://b.example']",
        written(fixture, "_default"));
    String file = root.resolve("_default/hosts.toml").toString();
    assertTrue(
        fixture
            .reported()
            .contains(
                "what "
                    + file
                    + " said of http://127.0.0.1:5000 is left out: that is a mirror now"),
        fixture.reported());
    assertTrue(
        fixture
            .reported()
            .contains("left out of " + file + ", as it is about the registry itself: ca"),
        fixture.reported());
  }

  @Test
  void whatDoesNotParseStopsEverythingBeforeItBegins() throws Exception {
    TreeSnapshot.write(root, Map.of("a.example/hosts.toml", "server = \n"));
    Map<String, String> before = TreeSnapshot.of(root);
    MirrorFixture fixture = fixture();
    fixture.registries = List.of("https://b.example", "https://a.example");
    fixture.prependExisting = true;
    String message = assertThrows(StartupException.class, fixture::configure).getMessage();
    assertTrue(
        message.startsWith(
            root.resolve("a.example/hosts.toml") + ", line 1, column 10: not TOML ("),
        message);
    assertTrue(
        message.endsWith(
            "); correct it, or leave out --prepend-existing, which keeps the file aside as it is."),
        message);
    assertEquals(before, TreeSnapshot.of(root));
    Files.write(root.resolve("a.example/hosts.toml"), new byte[] {'a', (byte) 0xff});
    message = assertThrows(StartupException.class, fixture::configure).getMessage();
    assertTrue(message.contains(": not UTF-8, which TOML is; "), message);
    Files.writeString(root.resolve("a.example/hosts.toml"), "host = 3");
    message = assertThrows(StartupException.class, fixture::configure).getMessage();
    assertTrue(message.contains(": host is not a table, as containerd wants it; "), message);
    fixture.prependExisting = false;
    fixture.configure();
    fixture.cleanUp();
    assertEquals("host = 3", TreeSnapshot.read(root.resolve("a.example/hosts.toml")));
  }
}

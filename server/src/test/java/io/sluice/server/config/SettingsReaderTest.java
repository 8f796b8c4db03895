package io.sluice.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsReaderTest {
  /** For each setting a value that is not the default. */
  private static final Map<Setting, String> OTHER = new EnumMap<>(Setting.class);

  static {
    OTHER.put(Setting.STORE, "oci:/srv/images");
    OTHER.put(Setting.REGISTRY_ADDR, "127.0.0.1:6000");
    OTHER.put(Setting.ROUTER_ADDR, "127.0.0.1:6001");
    OTHER.put(Setting.METRICS_ADDR, "127.0.0.1:6002");
    OTHER.put(Setting.CONTAINERD_SOCK, "/run/other.sock");
    OTHER.put(Setting.CONTAINERD_CONTENT_PATH, "/srv/content");
    OTHER.put(Setting.CONTAINERD_NAMESPACE, "moby,k8s.io");
    OTHER.put(Setting.MIRRORED_REGISTRIES, "docker.io,https://acme.test:5000");
    OTHER.put(Setting.REGISTRY_FILTERS, ":latest$");
    OTHER.put(Setting.DATA_DIR, "/srv/sluice");
    OTHER.put(Setting.TRANSFER_MEMORY, "16MiB");
    OTHER.put(Setting.LOOPS, "3");
    OTHER.put(Setting.MAX_CONNECTIONS, "99");
    OTHER.put(Setting.STATIC_PEERS, "10.0.0.2:5000,[fd00::3]:5000 node-4:5000");
    OTHER.put(Setting.BOOTSTRAP_KIND, "static");
    OTHER.put(Setting.STATIC_BOOTSTRAP_PEERS, "/ip4/10.0.0.2,/ip4/10.0.0.3/tcp/5001");
    OTHER.put(Setting.DNS_BOOTSTRAP_DOMAIN, "sluice.nodes.test");
    OTHER.put(Setting.HTTP_BOOTSTRAP_PEER, "10.0.0.2:5002");
    OTHER.put(Setting.HTTP_BOOTSTRAP_ADDR, ":5002");
    OTHER.put(Setting.PSK_FILE, "pom.xml");
    OTHER.put(Setting.PROTOCOL_PREFIX, "/sluice");
    OTHER.put(Setting.ZONE, "north-1");
    OTHER.put(Setting.BASIC_AUTH_FILE, "pom.xml");
    OTHER.put(Setting.ADMIN_TOKEN_FILE, "pom.xml");
    OTHER.put(Setting.HEADER_TIMEOUT, "11s");
    OTHER.put(Setting.IDLE_TIMEOUT, "12s");
    OTHER.put(Setting.PROGRESS_TIMEOUT, "13s");
    OTHER.put(Setting.PEER_STALL_TIMEOUT, "15s");
    OTHER.put(Setting.SHUTDOWN_TIMEOUT, "14s");
    OTHER.put(Setting.READ_MODE, "dontcache");
    OTHER.put(Setting.LOG_LEVEL, "debug");
  }

  private final Map<String, String> environment = new HashMap<>(Map.of("HOME", "/home/somebody"));
  private final Map<Setting, String> flags = new EnumMap<>(Setting.class);

  /** What a setting makes sense with only. */
  private void giveWhatGoesWith(Setting setting) {
    switch (setting) {
      case BOOTSTRAP_KIND, PSK_FILE -> {
        flags.put(Setting.STATIC_BOOTSTRAP_PEERS, "/ip4/10.0.0.9");
        flags.put(Setting.BOOTSTRAP_KIND, "static");
      }
      case STATIC_BOOTSTRAP_PEERS -> flags.put(Setting.BOOTSTRAP_KIND, "static");
      case DNS_BOOTSTRAP_DOMAIN -> flags.put(Setting.BOOTSTRAP_KIND, "dns");
      case HTTP_BOOTSTRAP_PEER, HTTP_BOOTSTRAP_ADDR -> flags.put(Setting.BOOTSTRAP_KIND, "http");
      default -> {
        // Makes sense alone.
      }
    }
  }

  private Settings read() {
    return SettingsReader.read(flags, environment::get);
  }

  private String complaint() {
    return assertThrows(SettingsException.class, this::read).getMessage();
  }

  @ParameterizedTest
  @EnumSource
  void flagAndVariableMeanTheSame(Setting setting) {
    Settings untouched = read();
    giveWhatGoesWith(setting);
    flags.put(setting, OTHER.get(setting));
    Settings byFlag = read();
    flags.remove(setting);
    environment.put(setting.environmentVariable(), OTHER.get(setting));
    assertEquals(byFlag, read());
    assertNotEquals(untouched, byFlag);
  }

  @ParameterizedTest
  @EnumSource
  void theFlagWinsOverTheVariable(Setting setting) {
    giveWhatGoesWith(setting);
    flags.put(setting, OTHER.get(setting));
    Settings byFlag = read();
    environment.put(setting.environmentVariable(), "nonsense:-1");
    assertEquals(byFlag, read());
  }

  @ParameterizedTest
  @EnumSource
  void aVariableSetToNothingCountsAsUnset(Setting setting) {
    Settings untouched = read();
    environment.put(setting.environmentVariable(), " ");
    assertEquals(untouched, read());
  }

  @ParameterizedTest
  @CsvSource({
    "STORE, docker",
    "STORE, oci:",
    "REGISTRY_ADDR, 5000",
    "ROUTER_ADDR, :x",
    "METRICS_ADDR, ''",
    "CONTAINERD_SOCK, ''",
    "CONTAINERD_CONTENT_PATH, ''",
    "CONTAINERD_NAMESPACE, a/b",
    "CONTAINERD_NAMESPACE, ','",
    "MIRRORED_REGISTRIES, https://acme.test/path",
    "REGISTRY_FILTERS, '(a'",
    "TRANSFER_MEMORY, 32MB",
    "LOOPS, two",
    "LOOPS, 2147483648",
    "MAX_CONNECTIONS, 1k",
    "STATIC_PEERS, 'a:1,b'",
    "BOOTSTRAP_KIND, mdns",
    "STATIC_BOOTSTRAP_PEERS, 10.0.0.2:5001",
    "DNS_BOOTSTRAP_DOMAIN, a/b",
    "HTTP_BOOTSTRAP_PEER, https://a:1",
    "HTTP_BOOTSTRAP_ADDR, 5002",
    "HEADER_TIMEOUT, 10",
    "IDLE_TIMEOUT, soon",
    "PROGRESS_TIMEOUT, -1s",
    "SHUTDOWN_TIMEOUT, 1d",
    "LOG_LEVEL, TRACE"
  })
  void namesSettingAndValueOfWhatIsMalformed(Setting setting, String value) {
    flags.put(setting, value);
    String message = complaint();
    assertTrue(message.startsWith(setting.flag() + " " + value + ": "), message);
    assertTrue(message.endsWith("."), message);
  }

  @Test
  void namesTheVariableIfThatIsWhereTheValueIsFrom() {
    environment.put("LOOPS", "0");
    assertTrue(complaint().startsWith("LOOPS=0: a node runs 1 to 64 loops"));
  }

  @Test
  void refusesContainerdsPathsForAnotherStore() {
    flags.put(Setting.STORE, "oci:/srv/images");
    environment.put("CONTAINERD_CONTENT_PATH", "/srv/content");
    assertEquals(
        "CONTAINERD_CONTENT_PATH=/srv/content: says where containerd is, while --store"
            + " oci:/srv/images does not use it; drop one of the two.",
        complaint());
  }

  @Test
  void refusesFiltersForAnotherStore() {
    flags.put(Setting.STORE, "oci:/srv/images");
    flags.put(Setting.REGISTRY_FILTERS, "a\nb");
    assertEquals(
        "--registry-filters a b: says what of containerd is shared, while --store oci:/srv/images"
            + " does not use it; drop one of the two.",
        complaint());
  }

  private StoreChoice.Containerd containerd() {
    return assertInstanceOf(StoreChoice.Containerd.class, read().store());
  }

  @Test
  void registriesAreHostsOrUrlsOrAll() {
    flags.put(Setting.MIRRORED_REGISTRIES, "https://Docker.io/\nhttp://10.0.0.2:5000,docker.io");
    assertEquals(List.of("docker.io", "10.0.0.2:5000"), containerd().filter().registries());
    for (String all : List.of("_default", "docker.io\n*")) {
      flags.put(Setting.MIRRORED_REGISTRIES, all);
      assertTrue(containerd().filter().isOpen());
    }
  }

  @Test
  void anExpressionMayHaveCommas() {
    flags.put(Setting.REGISTRY_FILTERS, "a{1,2}\nb");
    List<Exclusion> two = List.of(new Exclusion("a{1,2}"), new Exclusion("b"));
    assertEquals(two, containerd().filter().exclusions());
    flags.clear();
    environment.put("REGISTRY_FILTERS", "\"a{1,2}\",b");
    assertEquals(two, containerd().filter().exclusions());
  }

  @Test
  void anExpressionThatDoesNotCompileIsExplained() {
    flags.put(Setting.REGISTRY_FILTERS, "a\n(b");
    assertEquals(
        "--registry-filters a (b: (b is no regular expression (Unclosed group near index 2);"
            + " correct it, as in :latest$.",
        complaint());
  }

  @Test
  void namespacesKeepTheirOrder() {
    assertEquals(List.of("k8s.io"), new StoreChoice.Containerd(null, null).namespaces());
    flags.put(Setting.CONTAINERD_NAMESPACE, "moby\nk8s.io moby");
    assertEquals(List.of("moby", "k8s.io"), containerd().namespaces());
  }

  @Test
  void tooManyValuesAreRefused() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < Limits.LIST_VALUES; i++) {
      many.append("n").append(i).append('\n');
    }
    flags.put(Setting.CONTAINERD_NAMESPACE, many.toString());
    assertEquals(Limits.LIST_VALUES, containerd().namespaces().size());
    flags.put(Setting.CONTAINERD_NAMESPACE, many + "more");
    assertTrue(complaint().contains("name fewer"));
  }

  @Test
  void whoSaysWhereContainerdIsMeansContainerd() {
    flags.put(Setting.CONTAINERD_SOCK, "/nowhere/containerd.sock");
    assertEquals(
        new StoreChoice.Containerd(
            Path.of("/nowhere/containerd.sock"), StoreChoice.CONTAINERD_CONTENT),
        read().store());
  }

  @Test
  void anEmptyDataDirectoryIsNone() {
    flags.put(Setting.DATA_DIR, "");
    assertTrue(read().dataDir().isEmpty());
  }

  @Test
  void relativePathsAreMadeAbsolute() {
    flags.put(Setting.STORE, "oci:images/../layout");
    assertEquals(new StoreChoice.OciLayout(Path.of("layout").toAbsolutePath()), read().store());
  }

  @Test
  void peersAreSeparatedByCommasOrBlanks() {
    flags.put(Setting.STATIC_PEERS, OTHER.get(Setting.STATIC_PEERS));
    assertEquals(
        List.of(
            new HostPort("10.0.0.2", 5000),
            new HostPort("fd00::3", 5000),
            new HostPort("node-4", 5000)),
        read().staticPeers());
  }

  @Test
  void aBareHttpPeerIsAskedForItsId() {
    flags.put(Setting.BOOTSTRAP_KIND, "http");
    for (String given : List.of("10.0.0.2:5002", "http://10.0.0.2:5002", "http://10.0.0.2:5002/")) {
      flags.put(Setting.HTTP_BOOTSTRAP_PEER, given);
      assertEquals(
          "http://10.0.0.2:5002/id", read().discovery().httpPeer().orElseThrow().toString());
    }
    flags.put(Setting.HTTP_BOOTSTRAP_PEER, "http://10.0.0.2:5002/peers?of=us");
    assertEquals(
        "http://10.0.0.2:5002/peers?of=us", read().discovery().httpPeer().orElseThrow().toString());
  }

  @Test
  void theDefaultStoreIsContainerdWhereItsSocketExists(@TempDir Path directory) throws Exception {
    Path socket = directory.resolve("containerd.sock");
    assertInstanceOf(StoreChoice.OciLayout.class, StoreChoice.detect(socket, environment::get));
    Files.createFile(socket);
    assertEquals(
        new StoreChoice.Containerd(socket, StoreChoice.CONTAINERD_CONTENT),
        StoreChoice.detect(socket, environment::get));
  }

  @Test
  void theDefaultLayoutFollowsTheBaseDirectorySpecification() {
    Path nowhere = Path.of("/nowhere/containerd.sock");
    assertEquals(
        new StoreChoice.OciLayout(Path.of("/home/somebody/.local/share/sluice")),
        StoreChoice.detect(nowhere, environment::get));
    environment.put("XDG_DATA_HOME", "relative");
    assertEquals(
        new StoreChoice.OciLayout(Path.of("/home/somebody/.local/share/sluice")),
        StoreChoice.detect(nowhere, environment::get));
    environment.put("XDG_DATA_HOME", "/data");
    assertEquals(
        new StoreChoice.OciLayout(Path.of("/data/sluice")),
        StoreChoice.detect(nowhere, environment::get));
    environment.clear();
    assertThrows(SettingsException.class, () -> StoreChoice.detect(nowhere, environment::get));
  }
}

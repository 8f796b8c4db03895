package io.sluice.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.demo.SampleImage;
import io.sluice.server.store.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code sluice pull} and its endpoint, with a real containerd whose mirror is a node that knows
 * another one, which has images in an OCI layout.
 */
@Tag("root")
@Tag("containerd")
@Tag("kernel")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@ParameterizedClass
@EnumSource(ContainerdSeries.class)
class PullTest {
  private static final String NAMESPACE = "k8s.io";
  private static final String REGISTRY = "sluice.test";
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final int LAYERS = 3;
  private static final long LAYER_BYTES = 1 << 20;

  /** Slow enough that a pull takes seconds. */
  private static final int SLOW_MEGABITS_PER_SECOND = 32;

  private static final OpenResources OPEN = new OpenResources();
  private static Path directory;
  private static Path layout;
  private static Bridge bridge;
  private static Bridge.Host first;
  private static Bridge.Host second;
  private static SluiceProcess firstNode;
  private static ContainerdHost containerd;
  private static SluiceProcess secondNode;

  /** Of this one all tests are run. */
  @Parameter ContainerdSeries series;

  @BeforeParameterizedClassInvocation
  static void startHosts(ContainerdSeries series) throws IOException {
    Requirement.root();
    Requirement.tools("containerd", "ctr", "ip", "nsenter", "docker-registry", "skopeo", "curl");
    Requirement.tools("script", "tc");
    directory = Workspace.scratch("pull");
    OPEN.keep(() -> Workspace.delete(directory));
    layout = directory.resolve("layout");
    SampleImage.write(layout, REGISTRY + "/start:1", 1, 1, 0);
    bridge = OPEN.keep(Bridge.create());
    first = bridge.add();
    second = bridge.add();
    firstNode =
        OPEN.keep(
            SluiceProcess.servingLayout(layout).onHost(first.address(), first::enter).start());
    containerd = OPEN.keep(ContainerdHost.startWithCri(second, series));
    containerd.mirror(REGISTRY, ClusterHost.MIRROR, ClusterHost.MIRROR);
    Path token = Files.writeString(directory.resolve("token"), TOKEN + "\n");
    secondNode =
        OPEN.keep(
            SluiceProcess.serving(containerd, NAMESPACE)
                .with("--static-peers", first.address() + ":5000")
                .with("--admin-token-file", token.toString())
                .onHost(second.address(), second::enter)
                .start());
  }

  @AfterParameterizedClassInvocation
  static void stopHosts() throws Exception {
    OPEN.closeAll();
  }

  /** Runs {@code sluice pull} as on the second host. */
  private static Command.Result pull(String... arguments) {
    return Command.of(second.enter(command(arguments))).run();
  }

  private static List<String> command(String... arguments) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "env",
                "TERM=xterm",
                "SLUICE_CLASS_PATH=" + Workspace.classPath(),
                "SLUICE_JAVA_HOME=" + System.getProperty("java.home"),
                Workspace.launcher().toString(),
                "pull",
                "--containerd-sock",
                containerd.socket()));
    words.addAll(List.of(arguments));
    return words;
  }

  private static Command.Result post(String authorization, String body) {
    return Command.of(
            "curl",
            "--silent",
            "--include",
            "--header",
            "Authorization: " + authorization,
            "--data-binary",
            body,
            "http://" + second.address() + ":9090/admin/pull")
        .run();
  }

  private static SampleImage write(Path where, String name, long seed) throws IOException {
    return SampleImage.write(where, REGISTRY + "/" + name, LAYERS, LAYER_BYTES, seed);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The store looks for new tags now and then. */
  private static void awaitFirstHas(String repository) {
    Patience.until(
        "the first node has " + repository,
        Duration.ofSeconds(20),
        () ->
            firstNode.registryGet("/v2/" + repository + "/manifests/1?ns=" + REGISTRY).statusCode()
                == 200);
  }

  /** The line of the table about a blob. */
  private static String row(Command.Result result, Digest digest) {
    String digits = digest.toString().substring("sha256:".length(), "sha256:".length() + 12);
    return result
        .output()
        .lines()
        .filter(line -> line.contains(" " + digits + " ") && !line.contains("is there"))
        .findFirst()
        .orElseThrow(() -> new AssertionError(digits + " is not in " + result));
  }

  @Test
  void aPeerIsNamedForEveryBlobThatItHad() throws IOException {
    SampleImage image = write(layout, "peer:1", 1);
    awaitFirstHas("peer");
    Command.Result result = pull(REGISTRY + "/peer:1");
    assertEquals(0, result.exitCode(), result::toString);
    for (Digest digest : image.digests()) {
      String row = row(result, digest);
      assertTrue(row.endsWith("  " + first.address() + ":5000"), row);
    }
    assertEquals(LAYERS, result.output().lines().filter(line -> line.contains("is there")).count());
    Command.Result again = pull(REGISTRY + "/peer:1");
    assertTrue(row(again, image.layers().get(0).digest()).endsWith("was there"), again::toString);
  }

  @Test
  void whatNoPeerHasComesFromUpstream() throws IOException {
    Path elsewhere = directory.resolve("upstream");
    SampleImage image = write(elsewhere, "upstream:1", 2);
    try (UpstreamRegistry upstream = UpstreamRegistry.start(bridge.add())) {
      upstream.push(elsewhere, "upstream:1");
      containerd.mirror(REGISTRY, ClusterHost.MIRROR, upstream.url());
      Command.Result result = pull(REGISTRY + "/none:1", REGISTRY + "/upstream:1");
      assertEquals(1, result.exitCode(), result::toString);
      assertEquals(
          REGISTRY
              + "/none:1 was not found by any mirror nor upstream; check registry, name and"
              + " tag.\n",
          result.errors());
      for (Digest digest : image.digests()) {
        String row = row(result, digest);
        assertTrue(row.endsWith("  upstream"), row);
      }
    } finally {
      containerd.mirror(REGISTRY, ClusterHost.MIRROR, ClusterHost.MIRROR);
    }
  }

  @Test
  void whoKnowsTheTokenMayAskForTheSame() throws IOException {
    SampleImage image = write(layout, "asked:1", 3);
    awaitFirstHas("asked");
    String body = "[\"" + REGISTRY + "/asked:1\"]";
    Command.Result refused = post("Bearer " + TOKEN.replace('0', '1'), body);
    assertTrue(refused.output().startsWith("HTTP/1.1 401 "), refused::toString);
    assertTrue(refused.output().contains("WWW-Authenticate: Bearer"), refused::toString);
    Command.Result result = post("Bearer " + TOKEN, body);
    assertTrue(result.output().startsWith("HTTP/1.1 200 "), result::toString);
    for (Digest digest : image.digests()) {
      assertTrue(
          result
              .output()
              .matches(
                  "(?s).*\""
                      + digest
                      + "\",\"size\":\\d+,\"seconds\":[0-9.]+,\"sources\":\\{\""
                      + first.address()
                      + ":5000\":\\d+\\}.*"),
          () -> digest + " in " + result);
    }
  }

  @Test
  void aTerminalSeesBarsMoveAndAnInterruptedPullGoesOnLater() throws Exception {
    SampleImage image = SampleImage.write(layout, REGISTRY + "/slow:1", LAYERS, 4 * LAYER_BYTES, 4);
    awaitFirstHas("slow");
    second.throttle(SLOW_MEGABITS_PER_SECOND);
    try {
      String line = String.join(" ", command(REGISTRY + "/slow:1", REGISTRY + "/later:1"));
      Path shown = directory.resolve("shown");
      Path errors = directory.resolve("errors");
      Process pull =
          new ProcessBuilder(
                  second.enter(List.of("script", "-qec", line + " 2>" + errors, "/dev/null")))
              .redirectErrorStream(true)
              .redirectOutput(shown.toFile())
              .start();
      Patience.until(
          "a bar is half full",
          Duration.ofSeconds(20),
          () -> text(shown).matches("(?s).*\\[#+\\.+\\].*") || !pull.isAlive());
      assertTrue(pull.isAlive(), () -> text(shown));
      // As a terminal does with Ctrl-C.
      pull.descendants()
          .filter(process -> process.info().command().orElse("").endsWith("java"))
          .forEach(java -> Command.of("kill", "-INT", Long.toString(java.pid())).output());
      assertEquals(1, pull.waitFor(), () -> "the exit code of an interrupted pull");
      assertEquals(
          "Stopped; left to pull: sluice.test/slow:1, sluice.test/later:1. containerd keeps for a"
              + " while what has come, and goes on from there.\n",
          text(errors));
    } finally {
      second.unthrottle();
    }
    Command.Result again = pull(REGISTRY + "/slow:1");
    assertEquals(0, again.exitCode(), again::toString);
    assertTrue(row(again, image.layers().get(2).digest()).contains(first.address()));
  }

  @Test
  void withoutThePluginTheRemedyIsSaid() {
    try (ContainerdHost plain = ContainerdHost.start(first)) {
      Command.Result result = pull("--containerd-sock=" + plain.socket(), REGISTRY + "/peer:1");
      assertEquals(2, result.exitCode(), result::toString);
      Command.Result off =
          Command.of(
                  "env",
                  "CONTAINERD_SOCK=" + plain.socket(),
                  "METRICS_ADDR=" + second.address() + ":9090",
                  "SLUICE_CLASS_PATH=" + Workspace.classPath(),
                  "SLUICE_JAVA_HOME=" + System.getProperty("java.home"),
                  Workspace.launcher().toString(),
                  "pull",
                  REGISTRY + "/peer:1")
              .run();
      assertEquals(1, off.exitCode(), off::toString);
      assertTrue(off.errors().startsWith("containerd's cri plugin is off"), off::toString);
    }
  }
}

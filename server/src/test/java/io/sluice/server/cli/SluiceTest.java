package io.sluice.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.HostPort;
import io.sluice.server.config.Setting;
import io.sluice.server.config.Settings;
import io.sluice.server.config.StartupException;
import io.sluice.server.log.Level;
import io.sluice.server.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SluiceTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>(Map.of("HOME", "/home/somebody"));
  private NodeLauncher launcher =
      settings -> {
        throw new AssertionError("no node was asked for");
      };

  /** It is the process's, which runs other tests as well. */
  @AfterEach
  void logAsUsual() {
    Log.threshold(Level.INFO);
  }

  private int run(String... args) {
    Signals none = action -> {};
    return new Sluice(environment::get, stream(out), stream(err), this::launch, none).execute(args);
  }

  private NodeHandle launch(Settings settings) {
    return launcher.start(settings);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  /** Runs {@code args}, which make no sense, and returns the one line on standard error. */
  private String complaint(String... args) {
    assertEquals(ExitCode.USAGE, run(args), () -> out + "" + err);
    assertEquals("", out.toString(StandardCharsets.UTF_8));
    String text = err.toString(StandardCharsets.UTF_8);
    assertEquals(1, text.lines().count(), text);
    return text.strip();
  }

  @Test
  void serveHandsTheSettingsToTheNode() {
    Settings[] seen = new Settings[1];
    launcher =
        settings -> {
          seen[0] = settings;
          throw new StartupException("Port 6000 is taken; free it.");
        };
    environment.put("METRICS_ADDR", ":6002");
    int code =
        run("--log-level", "WARN", "serve", "--registry-addr", ":6000", "--router-addr=:6001");
    assertEquals(ExitCode.FAILURE, code);
    assertEquals("Port 6000 is taken; free it.\n", err.toString(StandardCharsets.UTF_8));
    assertEquals(new HostPort("", 6000), seen[0].registryAddr());
    assertEquals(new HostPort("", 6001), seen[0].routerAddr());
    assertEquals(new HostPort("", 6002), seen[0].metricsAddr());
    assertEquals(Level.WARN, seen[0].logLevel());
  }

  @Test
  void theLogLevelMayFollowTheCommand() {
    Settings[] seen = new Settings[1];
    launcher =
        settings -> {
          seen[0] = settings;
          throw new StartupException("enough");
        };
    run("serve", "--log-level", "ERROR");
    assertEquals(Level.ERROR, seen[0].logLevel());
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "doctor"})
  void everySettingIsInTheUsageText(String command) {
    assertEquals(ExitCode.OK, run(command, "--help"));
    String usage = out.toString(StandardCharsets.UTF_8);
    for (Setting setting : Setting.values()) {
      assertTrue(usage.contains(setting.flag() + "="), setting.flag());
      assertTrue(usage.contains(setting.environmentVariable()), setting.environmentVariable());
    }
    assertTrue(usage.lines().allMatch(line -> line.length() <= 100), usage);
  }

  @ParameterizedTest
  @CsvSource({
    "serve --lops 3, --lops: sluice serve does not know this; did you mean --loops",
    "serve now, now: sluice serve does not know this",
    "install, install: sluice does not know this",
    "serve --loops, --loops: the value is missing; write --loops COUNT.",
    "serve --loops 1 --loops 2, --loops: given twice; give it once.",
    "serve --loops 0, --loops 0: a node runs 1 to 64 loops",
    "doctor --idle-timeout 5, --idle-timeout 5: a duration without a unit",
    "version --format xml, --format xml: no such format; write text or json.",
    "pull, sluice pull: no image is named",
    "pull a b@sha256:12, b@sha256:12: no image can have this name",
    "pull --timeout 5 a, --timeout 5: a duration without a unit",
    "pull --timeout 0s a, --timeout 0s: no image comes in no time",
    "pull --metrics-addr nowhere a, --metrics-addr nowhere: the port is missing",
    "pull --loops 3 a, --loops: sluice pull does not know this",
    "demo --keep=maybe, --keep: the value makes no sense"
  })
  void whatMakesNoSenseIsOneSentenceAndExit2(String line, String start) {
    String complaint = complaint(line.split(" "));
    assertTrue(complaint.startsWith(start), complaint);
    assertTrue(complaint.endsWith("."), complaint);
  }

  @Test
  void withoutACommandTheCommandsAreNamed() {
    assertTrue(complaint().contains("serve, doctor, configure, cleanup, pull, demo or version"));
  }

  @Test
  void helpNamesTheCommands() {
    assertEquals(ExitCode.OK, run("--help"));
    String usage = out.toString(StandardCharsets.UTF_8);
    for (String command :
        new String[] {"serve", "doctor", "configure", "cleanup", "pull", "demo"}) {
      assertTrue(usage.matches("(?s).*\n  " + command + "[ ,].*"), usage);
    }
  }

  @Test
  void versionIsOneLine() {
    assertEquals(ExitCode.OK, run("version"));
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.matches("sluice version \\d+\\.\\d+\\.\\d+\\S* \\S+\n"), text);
  }

  @Test
  void versionAsJsonHasSpegelsShape() {
    assertEquals(ExitCode.OK, run("version", "--format", "json"));
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(
        text.matches(
            "\\{\"build\":\\{\"javaVersion\":\"[^\"]+\",\"version\":\"[^\"]+\","
                + "\"commit\":\"[^\"]+\"}"
                + ",\"runtime\":\\{\"os\":\"linux\",\"arch\":\"[^\"]+\"}}\n"),
        text);
  }

  @Test
  void doctorPrintsOneLineForEachCheckAndFailsIfOneFails(@TempDir Path nothing) {
    int code =
        run(
            "doctor",
            "--loops",
            "1",
            "--store",
            "containerd",
            "--containerd-content-path",
            nothing.toString(),
            "--containerd-config",
            nothing.resolve("config.toml").toString());
    String text = out.toString(StandardCharsets.UTF_8);
    assertEquals(ExitCode.FAILURE, code, text);
    assertTrue(text.contains("FAIL  store: " + nothing), text);
    assertFalse(text.contains("Exception"), text);
    assertEquals(8, text.lines().count(), text);
  }
}

package io.sluice.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.perf.contender.FakeContender;
import io.sluice.perf.contender.FakeServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchTest {
  private static final int USAGE = 2;

  @TempDir private Path directory;

  /** What it says when it is called wrongly; it must not have begun. */
  private String refused(String... arguments) {
    StringWriter said = new StringWriter();
    CommandLine command = new CommandLine(new Bench());
    command.setErr(new PrintWriter(said, true));
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    Path data = directory.resolve("data");
    all[arguments.length] = "--data";
    all[arguments.length + 1] = data.toString();
    assertEquals(USAGE, command.execute(all), said.toString());
    assertFalse(Files.exists(data), "it wrote something");
    return said.toString();
  }

  @Test
  void anUnknownScenarioIsNamedBesideThoseThatThereAre() {
    String said = refused("--only", "cold,warm");
    assertTrue(said.contains("'warm'"), said);
    assertTrue(
        said.contains(
            "memory, limited, orders, herd, cold, hot, manifests, relay, small, mix, slow, idle,"
                + " missing, rolling, start, soak"),
        said);
  }

  @Test
  void numbersMustBePositive() {
    assertTrue(refused("--rounds", "0").contains("--rounds"));
    assertTrue(refused("--soak-gib=0").contains("--soak-gib"));
    assertTrue(refused("--rounds", "many").contains("--rounds"));
  }

  @Test
  void hoursAreForTheSoak() {
    assertTrue(refused("soak", "--hours", "-1").contains("--hours"));
    assertTrue(refused("soak", "--hours", "NaN").contains("--hours"));
    assertTrue(refused("cold", "--hours", "0.1").contains("bench soak --hours 0.1"));
  }

  @Test
  void scenariosCanBeNamedWithoutAnOption() {
    assertTrue(refused("cold", "warm").contains("'warm'"));
  }

  @Test
  void anUnknownReadModeIsNamedBesideThoseThatThereAre() {
    String said = refused("--read-mode", "fast");
    assertTrue(said.contains("fast") && said.contains("dontcache"), said);
  }

  @Test
  void anUnknownOptionIsRefused() {
    assertTrue(refused("--round=1").contains("--round=1"));
  }

  @Test
  void anUnknownContenderIsNamedBesideThoseThatThereAre() throws IOException {
    String said = refused("--contenders", "nginx-directio,apache");
    assertTrue(
        said.contains("'apache'")
            && said.contains("sluice, nginx-sendfile, sluice-direct, sluice-dontcache")
            && said.contains("nginx-directio, docker-registry, spegel"),
        said);
    Path file = contender("apache");
    said = refused("--contender=" + file, "--contenders=apache,nobody");
    assertTrue(said.contains("'nobody'") && said.contains("spegel, apache"), said);
  }

  @Test
  void twoContendersOfOneNameAreRefused() throws IOException {
    String said = refused("--contender=" + contender("spegel"));
    assertTrue(said.contains("two contenders are called 'spegel'"), said);
    Path file = contender("mine");
    said = refused("--contender=" + file, "--contender=" + file);
    assertTrue(said.contains("two contenders are called 'mine'"), said);
  }

  @Test
  void aBadContenderFileIsRefusedBeforeAnythingIsMeasured() throws IOException {
    assertTrue(refused("--contender", directory + "/none").contains("cannot be read"));
    Path file = Files.writeString(directory.resolve("bad.toml"), "name = 'bad'");
    assertTrue(refused("--contender", file.toString()).contains("command = ["));
  }

  @Test
  void aQuotaOfCpuTimeIsOneThatThereIs() {
    int processors = Runtime.getRuntime().availableProcessors();
    for (String cpus : new String[] {"0", "0.009", "NaN", "-1", processors + ".1"}) {
      assertTrue(refused("--cpus", cpus).contains("--cpus must be from 0.01 to the"), cpus);
    }
  }

  private Path contender(String name) throws IOException {
    FakeContender.file(directory, name, FakeServer.Fault.NONE);
    return directory.resolve(name + ".toml");
  }
}

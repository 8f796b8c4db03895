package io.sluice.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts parse, find the right JDK, and say in one sentence what is missing. */
class ScriptsTest {
  private static final Path FIND_JDK = Sources.root().resolve("scripts/find-jdk");

  /** All that the scripts use before they need Java or Maven. */
  private static final List<String> TOOLS =
      List.of("sed", "readlink", "dirname", "find", "head", "mkdir", "flock", "date");

  @TempDir private Path directory;
  private Path tools;

  private record Result(int code, String output, String errors) {}

  @BeforeEach
  void provideTools() throws IOException {
    tools = Files.createDirectory(directory.resolve("tools"));
    for (String tool : TOOLS) {
      Path program = Path.of("/usr/bin", tool);
      program = Files.exists(program) ? program : Path.of("/bin", tool);
      // No links: JUnit warns about each that leads out of its directory.
      executable(tools.resolve(tool), "exec " + program + " \"$@\"");
    }
  }

  private static void executable(Path file, String command) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + command + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  /** Runs {@code command} where neither Java nor Maven is on the path. */
  private Result run(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path errors = directory.resolve("errors");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("HOME", directory.resolve("home").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    return new Result(process.waitFor(), output, Files.readString(errors));
  }

  private Result findJdk(Map<String, String> environment, Path... considered)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", FIND_JDK.toString()));
    for (Path home : considered) {
      command.add(home.toString());
    }
    return run(environment, command);
  }

  /** Something that looks like a JDK of the given version. */
  private Path jdk(String version) throws IOException {
    Path home = directory.resolve("jdk-" + version);
    Path bin = Files.createDirectories(home.resolve("bin"));
    for (String program : List.of("java", "javac")) {
      executable(bin.resolve(program), "exit 1");
    }
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sluice",
        "scripts/find-jdk",
        "scripts/format",
        "scripts/image",
        "scripts/package"
      })
  void parsesAndMayBeRun(String script) throws IOException, InterruptedException {
    Path file = Sources.root().resolve(script);
    assertTrue(Files.isExecutable(file), script);
    assertEquals(new Result(0, "", ""), run(Map.of(), List.of("/bin/sh", "-n", file.toString())));
  }

  @Test
  void findsTheVersionItIsTestedWithThenTheNewest() throws IOException, InterruptedException {
    Path older = jdk("17.0.15");
    Path edge = jdk("22");
    Path newest = jdk("27.0.1");
    Path tested = jdk("25.0.3");
    assertEquals("25 " + tested + "\n", findJdk(Map.of(), older, newest, tested, edge).output());
    assertEquals("27 " + newest + "\n", findJdk(Map.of(), edge, older, newest).output());
    assertEquals("22 " + edge + "\n", findJdk(Map.of(), older, edge).output());
  }

  @Test
  void javaHomeWinsIfItIsNewEnough() throws IOException, InterruptedException {
    Path tested = jdk("25.0.3");
    Path other = jdk("23.0.1");
    assertEquals(
        "23 " + other + "\n", findJdk(Map.of("JAVA_HOME", other.toString()), tested).output());
    Map<String, String> old = Map.of("JAVA_HOME", jdk("21.0.2").toString());
    assertEquals("25 " + tested + "\n", findJdk(old, tested).output());
  }

  @Test
  void theJavaOnThePathWinsIfItIsNewEnough() throws IOException, InterruptedException {
    Path other = jdk("24");
    Files.createSymbolicLink(tools.resolve("java"), other.resolve("bin/java"));
    assertEquals("24 " + other + "\n", findJdk(Map.of(), jdk("25.0.3")).output());
  }

  @Test
  void anExplicitJdkThatIsTooOldIsRefused() throws IOException, InterruptedException {
    Path old = jdk("21.0.2");
    Result result = findJdk(Map.of("SLUICE_JAVA_HOME", old.toString()), jdk("25"));
    assertEquals(
        new Result(
            1,
            "",
            "sluice: SLUICE_JAVA_HOME="
                + old
                + " is not a JDK 22 or newer; point it at one, or unset it to have one searched"
                + " for.\n"),
        result);
  }

  @Test
  void aRuntimeWithoutACompilerIsNoJdk() throws IOException, InterruptedException {
    Path runtime = jdk("25.0.3");
    Files.delete(runtime.resolve("bin/javac"));
    assertEquals(1, findJdk(Map.of(), runtime).code());
  }

  @Test
  void withoutAJdkOneSentenceSaysWhatToInstall() throws IOException, InterruptedException {
    Result result = findJdk(Map.of(), jdk("21"), directory.resolve("none"));
    assertEquals(1, result.code());
    assertEquals("", result.output());
    assertEquals(1, result.errors().lines().count(), result.errors());
    assertTrue(
        result.errors().startsWith("sluice: no JDK 22 or newer was found; install one"),
        result.errors());
  }

  @Test
  void withoutMavenOneSentenceSaysWhatToInstall() throws IOException, InterruptedException {
    Path checkout = Files.createDirectories(directory.resolve("checkout"));
    Files.createDirectory(checkout.resolve("scripts"));
    Files.copy(Sources.root().resolve("sluice"), checkout.resolve("sluice"));
    Files.copy(FIND_JDK, checkout.resolve("scripts/find-jdk"));
    assertTrue(checkout.resolve("scripts/find-jdk").toFile().setExecutable(true));
    Result result =
        run(
            Map.of("SLUICE_JAVA_HOME", jdk("25").toString()),
            List.of("/bin/sh", checkout.resolve("sluice").toString(), "version"));
    assertEquals(1, result.code(), result.errors());
    assertEquals(
        "sluice: Maven builds Sluice and is not installed; install it (the package is called"
            + " maven).\n",
        result.errors());
  }
}

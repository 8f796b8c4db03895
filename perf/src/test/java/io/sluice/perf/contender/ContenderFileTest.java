package io.sluice.perf.contender;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.server.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContenderFileTest {
  private static final String NAME = "name = 'mine'\n";
  private static final String COMMAND = "command = ['/bin/server', '--port={port}']\n";
  private static final String BLOBS = "blobs = '/v2/x/blobs/{digest}'\n";
  private static final String MANIFESTS = "manifests = '/v2/x/manifests/{digest}'\n";

  @TempDir private Path directory;

  private ContenderFile read(String... lines) throws IOException {
    Path file = directory.resolve("contender.toml");
    Files.writeString(file, String.join("", lines));
    return ContenderFile.read(file);
  }

  private String refused(String... lines) {
    String said = assertThrows(StartupException.class, () -> read(lines)).getMessage();
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.contains("contender.toml") && said.endsWith("."), said);
    return said;
  }

  @Test
  void aFileSaysHowAServerIsStartedAndWhatItCallsBlobs() throws IOException {
    ContenderFile file = read(NAME, COMMAND, BLOBS, "manifests = '/m/{hex}?a=b'\n");
    assertEquals("mine", file.name());
    assertEquals(List.of("/bin/server", "--port={port}"), file.command());
    assertEquals("/v2/x/blobs/sha256:ab", file.targets().blob("ab"));
    assertEquals("/m/ab?a=b", file.targets().manifest("ab"));
    assertEquals(Optional.empty(), file.ready());
    assertEquals(
        Optional.of("/up"), read(NAME, COMMAND, BLOBS, MANIFESTS, "ready = '/up'\n").ready());
  }

  @Test
  void whatIsMissingIsNamedWithAnExample() {
    assertTrue(refused(COMMAND, BLOBS, MANIFESTS).contains("name = \"mine\""));
    assertTrue(refused(NAME, BLOBS, MANIFESTS).contains("command = ["));
    assertTrue(refused(NAME, COMMAND, MANIFESTS).contains("blobs = \"/v2/bench/blobs/{digest}\""));
    assertTrue(refused(NAME, COMMAND, BLOBS).contains("manifests = "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name = 'Mine'                               | choose another",
        "name = '../mine'                            | choose another",
        "name = 7                                    | no text",
        "command = 'server {port}'                   | no list",
        "command = []                                | no list",
        "command = ['server', 5000, '{port}']        | quote every word",
        "command = ['server']                        | put {port} into it",
        "command = ['server', '{port}', '{data}']    | {directory}",
        "blobs = 'v2/{digest}'                       | no request target",
        "blobs = '/v2/ {digest}'                     | no request target",
        "blobs = '/v2/blob'                          | put {digest}",
        "blobs = '/v2/{name}/{digest}'               | put {digest}",
        "manifests = ['/m/{digest}']                 | no text",
        "ready = ''                                  | no text",
        "prot = 5000                                 | there is no key 'prot'",
        "name = 'mine                                | not TOML"
      })
  void whatIsWrongIsSaidWithTheRemedy(String line, String remedy) {
    List<String> lines = new ArrayList<>(List.of(NAME, COMMAND, BLOBS, MANIFESTS));
    String key = line.substring(0, line.indexOf(' '));
    lines.removeIf(other -> other.startsWith(key + " "));
    lines.add(line + "\n");
    String said = refused(lines.toArray(String[]::new));
    assertTrue(said.contains(remedy), said);
  }

  @Test
  void aFileThatIsNotThereOrNotTextIsRefused() throws IOException {
    Path none = directory.resolve("none.toml");
    String said = assertThrows(StartupException.class, () -> ContenderFile.read(none)).getMessage();
    assertTrue(said.contains("none.toml: cannot be read"), said);
    Path binary = Files.write(directory.resolve("contender.toml"), new byte[] {(byte) 0xff});
    said = assertThrows(StartupException.class, () -> ContenderFile.read(binary)).getMessage();
    assertTrue(said.contains("not UTF-8"), said);
  }

  @Test
  void limitsHoldAtTheirEdge() throws IOException {
    String longest = "n".repeat(ContenderLimits.NAME_CHARS_MAX);
    assertEquals(longest, read("name = '" + longest + "'\n", COMMAND, BLOBS, MANIFESTS).name());
    refused("name = '" + longest + "n'\n", COMMAND, BLOBS, MANIFESTS);

    String words = String.join("", Collections.nCopies(254, "'x',"));
    String most = "command = ['server', " + words + "'{port}'";
    assertEquals(256, read(NAME, most + "]\n", BLOBS, MANIFESTS).command().size());
    refused(NAME, most + ", 'x']\n", BLOBS, MANIFESTS);

    // "/" and "{digest}" besides the filling; what takes the place of "{digest}" is 71 long.
    String filling = "x".repeat(ContenderLimits.TARGET_CHARS_MAX - 71 - 9);
    assertEquals(
        ContenderLimits.TARGET_CHARS_MAX - 8,
        read(NAME, COMMAND, "blobs = '/" + filling + "{digest}'\n", MANIFESTS)
            .targets()
            .blob("0".repeat(64))
            .length());
    refused(NAME, COMMAND, "blobs = '/" + filling + "x{digest}'\n", MANIFESTS);

    String file = NAME + COMMAND + BLOBS + MANIFESTS + "#";
    String fill = " ".repeat(ContenderLimits.FILE_BYTES_MAX - file.length());
    assertEquals("mine", read(file, fill).name());
    assertTrue(refused(file, fill, " ").contains("longer than"));
  }
}

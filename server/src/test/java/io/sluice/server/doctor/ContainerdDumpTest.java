package io.sluice.server.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.sluice.server.doctor.Finding.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code containerd config default} of three series prints is understood. */
class ContainerdDumpTest {
  private static final Path CERTIFICATES = Path.of("/etc/containerd/certs.d");
  private static final String UNSET = "config_path = (\"\"|'')";
  private static final String SET = "config_path = '" + CERTIFICATES + "'";

  @TempDir Path directory;

  private static String dump(String series) throws IOException {
    try (InputStream in =
        ContainerdDumpTest.class.getResourceAsStream("containerd-" + series + ".toml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** What is said of mirrors, layers and local pulls. */
  private List<Outcome> outcomes(String configuration) throws IOException {
    Path file = Files.writeString(directory.resolve("config.toml"), configuration);
    return new ContainerdCheck(file, CERTIFICATES)
        .findings().stream().map(Finding::outcome).toList();
  }

  private static String with(String dump, String setting, String value) {
    String changed = dump.replaceFirst(setting, value);
    assertNotEquals(dump, changed);
    return changed;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.6", "1.7"})
  void series1(String series) throws IOException {
    String dump = dump(series);
    assertEquals(List.of(Outcome.WARN, Outcome.OK, Outcome.OK), outcomes(dump));
    String mirrored = with(dump, "(?m)^      " + UNSET, SET);
    assertEquals(List.of(Outcome.OK, Outcome.OK, Outcome.OK), outcomes(mirrored));
    String discarding =
        with(mirrored, "discard_unpacked_layers = false", "discard_unpacked_layers = true");
    assertEquals(List.of(Outcome.OK, Outcome.WARN, Outcome.OK), outcomes(discarding));
  }

  @Test
  void series2() throws IOException {
    String dump = dump("2.1");
    assertEquals(List.of(Outcome.WARN, Outcome.OK, Outcome.WARN), outcomes(dump));
    String mirrored = with(dump, "(?m)^      " + UNSET, SET);
    assertEquals(List.of(Outcome.OK, Outcome.OK, Outcome.WARN), outcomes(mirrored));
    String local = with(mirrored, "use_local_image_pull = false", "use_local_image_pull = true");
    assertEquals(List.of(Outcome.OK, Outcome.OK, Outcome.OK), outcomes(local));
    String discarding =
        with(local, "discard_unpacked_layers = false", "discard_unpacked_layers = true");
    assertEquals(List.of(Outcome.OK, Outcome.WARN, Outcome.OK), outcomes(discarding));
  }

  /** The transfer plugin has a setting of the same name, which is not for the kubelet's pulls. */
  @ParameterizedTest
  @ValueSource(strings = {"1.7", "2.1"})
  void anotherPluginsPathDoesNotCount(String series) throws IOException {
    String elsewhere = with(dump(series), "(?m)^    " + UNSET, SET);
    assertEquals(Outcome.WARN, outcomes(elsewhere).get(0));
  }
}

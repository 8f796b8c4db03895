package io.sluice.server.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sluice.server.config.SettingsException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MirrorOptionsTest {
  private static final List<String> TARGET = List.of("http://127.0.0.1:5000");

  private static MirrorOptions options(List<String> registries, List<String> targets) {
    return MirrorOptions.of(
        Path.of("/certs.d"), registries, targets, true, false, Optional.empty());
  }

  private static String complaint(List<String> registries, List<String> targets) {
    return assertThrows(SettingsException.class, () -> options(registries, targets)).getMessage();
  }

  @Test
  void noRegistriesAreAll() {
    assertEquals(List.of(RegistryUrl.ALL), options(List.of(), TARGET).registries());
  }

  @Test
  void theSameTwiceIsOnce() {
    List<String> twice = List.of("https://ghcr.io", "https://ghcr.io");
    assertEquals(1, options(twice, TARGET).registries().size());
    assertEquals(1, options(List.of(), List.of("http://a:1", "http://a:1")).targets().size());
  }

  @Test
  void saysWhatIsWrong() {
    assertEquals(
        "--mirror-targets: the value is missing; write where containerd reaches the mirror, for"
            + " example --mirror-targets http://127.0.0.1:5000.",
        complaint(List.of(), List.of()));
    assertEquals(
        "--mirror-targets *: a mirror is one address, not all; write it, for example"
            + " http://127.0.0.1:5000.",
        complaint(List.of(), List.of("*")));
    assertEquals(
        "--mirrored-registries *: all registries are given twice; give them once.",
        complaint(List.of("_default", "*"), TARGET));
    assertEquals(
        "--mirrored-registries http://ghcr.io: containerd has one configuration for it and"
            + " https://ghcr.io; name only one of the two.",
        complaint(List.of("https://ghcr.io", "http://ghcr.io"), TARGET));
    assertEquals(
        "--mirrored-registries https://ghcr.io/a: an address has no path here, not even a slash at"
            + " its end; write the scheme, the host and, if it is not the usual one, the port, for"
            + " example https://docker.io or http://127.0.0.1:5000.",
        complaint(List.of("https://ghcr.io/a"), TARGET));
  }

  @Test
  void countsAreLimited() {
    List<String> most =
        IntStream.range(0, MirrorLimits.REGISTRIES_MAX).mapToObj(i -> "https://r" + i).toList();
    assertEquals(MirrorLimits.REGISTRIES_MAX, options(most, TARGET).registries().size());
    List<String> tooMany = Collections.nCopies(MirrorLimits.REGISTRIES_MAX + 1, "https://r");
    assertEquals(
        "--mirrored-registries: 1001 are given and at most 1000 are written; name fewer.",
        complaint(tooMany, TARGET));
    List<String> targets =
        IntStream.range(0, MirrorLimits.TARGETS_MAX).mapToObj(i -> "http://t" + i).toList();
    assertEquals(MirrorLimits.TARGETS_MAX, options(List.of(), targets).targets().size());
    assertEquals(
        "--mirror-targets: 17 are given and at most 16 are written; name fewer.",
        complaint(List.of(), Collections.nCopies(MirrorLimits.TARGETS_MAX + 1, "http://t")));
  }
}

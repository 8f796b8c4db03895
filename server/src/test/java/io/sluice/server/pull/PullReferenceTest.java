package io.sluice.server.pull;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PullReferenceTest {
  private static final String DIGEST = "sha256:" + "a".repeat(64);

  @ParameterizedTest
  @CsvSource({
    "debian, docker.io/library/debian:latest",
    "debian:12, docker.io/library/debian:12",
    "acme/app, docker.io/acme/app:latest",
    "docker.io/debian, docker.io/library/debian:latest",
    "index.docker.io/library/debian:12, docker.io/library/debian:12",
    "acme.test/app, acme.test/app:latest",
    "acme.test/a/b/c:1, acme.test/a/b/c:1",
    "localhost/app:1, localhost/app:1",
    "10.0.0.1:5000/app:1, 10.0.0.1:5000/app:1",
    "[fd00::1]:5000/app:1, [fd00::1]:5000/app:1",
    "app@DIGEST, docker.io/library/app@DIGEST",
    "acme.test/app:1@DIGEST, acme.test/app@DIGEST",
  })
  void aNameIsWhatThePlugInMakesOfIt(String text, String name) {
    assertEquals(
        name.replace("DIGEST", DIGEST), PullReference.parse(text.replace("DIGEST", DIGEST)).name());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a/",
        "/a",
        ":1",
        "a:",
        "a b",
        "A",
        "acme.test/App",
        "a@sha256:12",
        "a@",
        "a:1:2",
        "http://acme.test/app",
        "a\u001b[2J",
        "acme.test/"
      })
  void whatIsNoNameIsOneSentence(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> PullReference.parse(text)).getMessage();
    assertTrue(message.contains("no image can have this name"), message);
    assertTrue(message.chars().allMatch(c -> c >= ' ' && c < 0x7f), message);
  }

  @Test
  void aReferenceHasALengthThatIsLookedAt() {
    String longest = "a".repeat(PullLimits.REFERENCE_CHARACTERS_MAX);
    assertTrue(complaint(longest).contains("no image"), () -> complaint(longest));
    assertTrue(complaint(longest + "a").contains("at most 1024"), () -> complaint(longest + "a"));
  }

  private static String complaint(String text) {
    return assertThrows(IllegalArgumentException.class, () -> PullReference.parse(text))
        .getMessage();
  }
}

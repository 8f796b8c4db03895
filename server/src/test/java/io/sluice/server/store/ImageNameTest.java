package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {
  private static final String DIGEST = "sha256:" + "0f".repeat(32);

  @ParameterizedTest
  @CsvSource({
    "docker.io/library/nginx:1.25, docker.io, library/nginx, 1.25",
    "localhost:5000/a/b/c:x, localhost:5000, a/b/c, x",
    "intranet/app:1, intranet, app, 1",
    "busybox:latest, '', busybox, latest",
    "acme.test/app, acme.test, app, ",
  })
  void partsOfAName(String text, String registry, String repository, String tag) {
    assertEquals(new ImageName(registry, repository, tag), ImageName.parse(text).orElseThrow());
  }

  @Test
  void aDigestIsNoTag() {
    ImageName name = ImageName.parse("acme.test/app@" + DIGEST).orElseThrow();
    assertEquals(new ImageName("acme.test", "app", null), name);
    assertTrue(name.reference().isEmpty());
    assertEquals(
        "acme.test/app:1",
        ImageName.parse("acme.test/app:1@" + DIGEST).orElseThrow().reference().get().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "acme.test/",
        "acme.test/App:1",
        "acme.test/app:",
        "a b/app:1",
        "acme.test/../app:1"
      })
  void othersAreNoNames(String text) {
    assertTrue(ImageName.parse(text).isEmpty(), text);
  }

  @Test
  void anImageIsNamedByItsConfigurationToo() {
    assertTrue(ImageName.parse(DIGEST).isEmpty());
  }
}

package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {
  @ParameterizedTest
  @CsvSource(
      emptyValue = "",
      value = {
        "sluice.test/big:1, sluice.test, big, 1",
        "acme.test/library/nginx:1.27, acme.test, library/nginx, 1.27",
        "localhost/a:b, localhost, a, b",
        "localhost:5000/a/b/c:d, localhost:5000, a/b/c, d",
        "'[::1]:5000/a:b', '[::1]:5000', a, b",
        "10.0.0.1:5000/a, 10.0.0.1:5000, a, latest",
        "library/nginx:1, '', library/nginx, 1",
        "nginx:1, '', nginx, 1",
        "nginx, '', nginx, latest",
        "r.io/a__b-c---d.e:T_a.g-1, r.io, a__b-c---d.e, T_a.g-1",
      })
  void namesAreSplit(String text, String registry, String repository, String tag) {
    assertEquals(Optional.of(new Reference(registry, repository, tag)), Reference.parse(text));
  }

  @Test
  void aDigestIsIgnoredNextToATagAndNoNameWithoutOne() {
    String digest = "@" + TestLayout.digest(1);
    assertEquals(
        Optional.of(new Reference("r.io", "a", "1")), Reference.parse("r.io/a:1" + digest));
    assertEquals(Optional.empty(), Reference.parse("r.io/a" + digest));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "/",
        "a:",
        ":a",
        "r.io/",
        "r.io/:1",
        "r.io/A:1",
        "r.io/a//b:1",
        "r.io/../b:1",
        "r.io/a:b:c",
        "r.io/a:.b",
        "r.io/a:-b",
        "r.io/a b:1",
        "r.io/a___b:1",
        "r.io/a\u0000:1",
        "r.io/\u00e4:1",
        "r.io\n/a:1",
        "r.io/a:1\n",
        "[x/a:1",
        ".io/a:1",
        "r.io:999999/a:1",
      })
  void othersAreNoNames(String text) {
    assertEquals(Optional.empty(), Reference.parse(text));
  }

  @Test
  void lengthsAreBounded() {
    String repository = "a".repeat(Reference.REPOSITORY_LENGTH_MAX);
    String tag = "t".repeat(128);
    assertEquals(
        Optional.of(new Reference("r.io", repository, tag)),
        Reference.parse("r.io/" + repository + ":" + tag));
    assertEquals(Optional.empty(), Reference.parse("r.io/a" + repository + ":1"));
    assertEquals(Optional.empty(), Reference.parse("r.io/a:t" + tag));
    assertEquals(Optional.empty(), Reference.parse("r.io/" + "a-".repeat(1 << 20)));
    assertThrows(IllegalArgumentException.class, () -> new Reference("r.io", "A", "1"));
    assertThrows(IllegalArgumentException.class, () -> new Reference("r io", "a", "1"));
  }
}

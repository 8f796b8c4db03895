package io.sluice.server.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImageFilterTest {
  private static ImageFilter excluding(String... expressions) {
    return new ImageFilter(List.of(), List.of(expressions).stream().map(Exclusion::new).toList());
  }

  @Test
  void nothingIsFilteredOutByDefault() {
    assertTrue(ImageFilter.NONE.isOpen());
    assertTrue(ImageFilter.NONE.allows("", "app", null));
  }

  @Test
  void registriesAreComparedExactly() {
    ImageFilter filter = new ImageFilter(List.of("docker.io", "acme.test:5000"), List.of());
    assertFalse(filter.isOpen());
    assertTrue(filter.allows("docker.io", "library/nginx", "1"));
    assertTrue(filter.allows("acme.test:5000", "app", null));
    assertFalse(filter.allows("acme.test", "app", null));
    assertFalse(filter.allows("", "docker.io", null));
  }

  @Test
  void anExpressionIsFoundAnywhereInTheName() {
    assertFalse(excluding(":latest$").allows("acme.test", "app", "latest"));
    assertTrue(excluding(":latest$").allows("acme.test", "app", null));
    assertTrue(excluding(":latest$").allows("acme.test", "app", "latest-1"));
    assertFalse(excluding("x", "^acme.test/secret/").allows("acme.test", "secret/a", null));
    assertFalse(excluding("^app:1$").allows("", "app", "1"));
  }

  @Test
  void whatTakesTooLongToDecideIsExcluded() {
    ImageFilter slow = excluding("a*a*a*a*a*a*b");
    assertTrue(slow.allows("acme.test", "xyz", null));
    assertFalse(slow.allows("acme.test", "a".repeat(200), null));
  }
}

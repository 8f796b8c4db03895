package io.sluice.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagsTest {
  private static final DigestKey DIGEST = DigestKey.of(Text.SHA256);

  private static boolean matches(String template) {
    String text = template.replace("$", Text.SHA256);
    return EntityTags.matches(Text.memory(text), 0, text.length(), DIGEST);
  }

  private static boolean allowsRange(String template) {
    String text = template.replace("$", Text.SHA256);
    return EntityTags.allowsRange(Text.memory(text), 0, text.length(), DIGEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"*", "\"$\"", "W/\"$\"", "\"a\", \"$\"", "\"$\",W/\"b\"", ", \"\" ,,\t\"$\" ,"})
  void findsTheDigest(String value) {
    assertEquals(true, matches(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "$",
        "\"$",
        "$\"",
        "\"x$\"",
        "\"sha256:00\"",
        "w/\"$\"",
        "W\"$\"",
        "W/",
        "W",
        "\"",
        "**",
        "\"$\" \"a\"",
        "\"$\"\"a\"",
        "\"$\", x",
        "\"$ \"",
        "*, \"$\""
      })
  void findsNothingElse(String value) {
    assertEquals(false, matches(value));
  }

  @Test
  void heedsARangeForTheExactStrongTagOnly() {
    assertEquals(true, allowsRange(""));
    assertEquals(true, allowsRange("\"$\""));
    assertEquals(false, allowsRange("W/\"$\""));
    assertEquals(false, allowsRange("$"));
    assertEquals(false, allowsRange("\""));
    assertEquals(false, allowsRange("\"\""));
    assertEquals(false, allowsRange("*"));
    assertEquals(false, allowsRange("Sun, 06 Nov 1994 08:49:37 GMT"));
    assertEquals(false, allowsRange("\"$\", \"$\""));
  }

  @Test
  void anEmptyKeyMatchesNoTag() {
    String text = "\"\"";
    assertEquals(false, EntityTags.matches(Text.memory(text), 0, 2, new DigestKey()));
    assertEquals(false, EntityTags.allowsRange(Text.memory(text), 0, 2, new DigestKey()));
  }
}

package io.sluice.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  private static final String HEX64 =
      "0123456789abcdef" + "fedcba9876543210" + "0000000000000000" + "ffffffffffffffff";

  @Test
  void wordsAreBigEndianAndLeadBackToTheDigest() {
    Digest digest = Digest.parse("sha256:" + HEX64);
    assertEquals(Digest.SHA256, digest.algorithmId());
    assertEquals(4, digest.wordCount());
    assertEquals(0x0123456789abcdefL, digest.word(0));
    assertEquals(0xfedcba9876543210L, digest.word(1));
    assertEquals(-1L, digest.word(3));
    assertEquals(
        digest,
        Digest.ofWords(
            Digest.SHA256, digest.word(0), digest.word(1), digest.word(2), digest.word(3)));
    assertEquals("sha256:" + HEX64, digest.toString());
  }

  @Test
  void sha512HasEightWords() {
    Digest digest = Digest.parse("sha512:" + HEX64 + HEX64);
    assertEquals(Digest.SHA512, digest.algorithmId());
    assertEquals(8, digest.wordCount());
    assertEquals(0x0123456789abcdefL, digest.word(4));
    assertEquals(-1L, digest.word(7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "sha256",
        "sha256:",
        "sha256:0123",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "SHA256:0123456789abcdeffedcba98765432100000000000000000ffffffffffffffff",
        "sha256:0123456789ABCDEFfedcba98765432100000000000000000ffffffffffffffff",
        "sha256:g123456789abcdeffedcba98765432100000000000000000ffffffffffffffff",
        "sha256:0123456789abcdeffedcba98765432100000000000000000fffffffffffffff",
        "sha256:0123456789abcdeffedcba98765432100000000000000000fffffffffffffffff",
        "sha512:0123456789abcdeffedcba98765432100000000000000000ffffffffffffffff",
        "sha256:../../../../../../../../../../../../../../../../../../../../etc/pa",
      })
  void anythingElseIsRefusedWithASentence(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Digest.parse(text));
    assertTrue(e.getMessage().endsWith("."), e.getMessage());
    assertEquals(Optional.empty(), Digest.tryParse(text));
  }

  @Test
  void nullIsNoDigest() {
    assertEquals(Optional.empty(), Digest.tryParse(null));
  }
}

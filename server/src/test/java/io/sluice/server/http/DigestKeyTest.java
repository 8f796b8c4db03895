package io.sluice.server.http;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestKeyTest {
  private static final String OTHER = "sha256:" + "0f".repeat(32);

  @ParameterizedTest
  @ValueSource(
      strings = {
        Text.SHA256,
        Text.SHA512,
        "sha256:0000000000000000000000000000000000000000000000000000000000000000"
      })
  void writesWhatItParsed(String text) {
    DigestKey key = new DigestKey();
    assertTrue(key.parse(Text.memory(text), 0, text.length()));
    assertEquals(text, key.toString());
    assertEquals(text.length(), key.textLength());
    MemorySegment out = Text.memory("?".repeat(text.length() + 3));
    assertEquals(text.length(), key.writeText(out, 1));
    assertEquals("?" + text + "??", Text.string(out, 0, text.length() + 3));
    assertEquals(text.length() + 1, key.writePath(out, 1));
    String path = text.replace(':', '/');
    assertEquals("?" + path + "\0?", Text.string(out, 0, text.length() + 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sha256:", "sha256:abc", "md5:d41d8cd98f00b204e9800998ecf8427e"})
  void refusesOtherText(String text) {
    DigestKey key = DigestKey.of(Text.SHA256);
    assertFalse(key.parse(Text.memory(text), 0, text.length()));
    assertTrue(key.isEmpty());
    assertEquals("", key.toString());
    assertThrows(IllegalArgumentException.class, () -> DigestKey.of(text));
  }

  @Test
  void refusesADigitThatIsWrongAnywhere() {
    for (String text : new String[] {Text.SHA256, Text.SHA512}) {
      MemorySegment memory = Text.memory(text);
      for (int i = 0; i < text.length(); i++) {
        for (int wrong : new int[] {0, ' ', 'A', 'F', 'g', '/', 0x80, 0xff}) {
          byte right = memory.get(JAVA_BYTE, i);
          memory.set(JAVA_BYTE, i, (byte) wrong);
          assertFalse(new DigestKey().parse(memory, 0, text.length()));
          memory.set(JAVA_BYTE, i, right);
        }
      }
    }
  }

  @Test
  void isEqualByAlgorithmAndEveryWord() {
    DigestKey key = DigestKey.of(Text.SHA256);
    DigestKey copy = new DigestKey();
    assertNotEquals(key, copy);
    copy.copyFrom(key);
    assertEquals(key, copy);
    assertEquals(key.hashCode(), copy.hash());
    assertNotEquals(key, DigestKey.of(OTHER));
    assertNotEquals(DigestKey.of(Text.SHA512), DigestKey.of("sha512:" + "0f".repeat(64)));
    assertEquals(DigestKey.NO_ALGORITHM, new DigestKey().algorithm());
    assertEquals(DigestKey.SHA256, key.algorithm());
    assertEquals(DigestKey.SHA512, DigestKey.of(Text.SHA512).algorithm());
  }

  @Test
  void livesInATableOfLongs() {
    long[] table = new long[2 * DigestKey.TABLE_STRIDE];
    DigestKey key = DigestKey.of(Text.SHA512);
    key.copyTo(table, DigestKey.TABLE_STRIDE);
    assertTrue(key.matches(table, DigestKey.TABLE_STRIDE));
    assertFalse(key.matches(table, 0));
    assertFalse(DigestKey.of(OTHER).matches(table, DigestKey.TABLE_STRIDE));
    assertFalse(new DigestKey().matches(table, 0));
    DigestKey read = new DigestKey();
    read.copyFrom(table, DigestKey.TABLE_STRIDE);
    assertEquals(key, read);
    for (int i = DigestKey.TABLE_STRIDE; i < table.length; i++) {
      table[i] ^= 1;
      assertFalse(key.matches(table, DigestKey.TABLE_STRIDE));
      table[i] ^= 1;
    }
  }

  @Test
  void overwritesALongerDigestWhole() {
    DigestKey key = DigestKey.of(Text.SHA512);
    assertTrue(key.parse(Text.memory(Text.SHA256), 0, Text.SHA256.length()));
    assertEquals(DigestKey.of(Text.SHA256), key);
  }

  @Test
  void anEmptyKeyWritesNothing() {
    MemorySegment out = Text.memory("");
    assertEquals(0, new DigestKey().writePath(out, 0));
    assertEquals(0, new DigestKey().writeText(out, 0));
  }

  @Test
  void theLengthsAreThoseOfTheLongest() {
    DigestKey longest = DigestKey.of(Text.SHA512);
    assertEquals(DigestKey.TEXT_LENGTH_MAX, longest.textLength());
    MemorySegment out = Text.memory("?".repeat(DigestKey.PATH_LENGTH_MAX));
    assertEquals(DigestKey.PATH_LENGTH_MAX, longest.writePath(out, 0));
  }

  @Test
  void spreadsDigestsThatDifferInOneDigit() {
    Random random = new Random(1);
    Set<Integer> buckets = new HashSet<>();
    for (int i = 0; i < 256; i++) {
      char[] digits = "0".repeat(64).toCharArray();
      digits[random.nextInt(64)] = Character.forDigit(random.nextInt(1, 16), 16);
      buckets.add(DigestKey.of("sha256:" + new String(digits)).hash() & 0xffff);
    }
    assertTrue(buckets.size() > 200, "only " + buckets.size() + " buckets");
  }
}

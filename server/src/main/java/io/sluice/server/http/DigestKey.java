package io.sluice.server.http;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A content digest as numbers, mutable so that the data plane can reuse one. Only sha256 and sha512
 * with lowercase hexadecimal digits exist, as in the OCI image specification.
 *
 * <p>In a table of longs a digest takes {@link #TABLE_STRIDE} longs: its algorithm, then its eight
 * words, unused ones 0. An all-zero entry is thus an empty key, which equals no digest.
 */
public final class DigestKey {
  /** The algorithm of an empty key. */
  public static final int NO_ALGORITHM = 0;

  /** SHA-256: 64 hexadecimal digits. */
  public static final int SHA256 = 1;

  /** SHA-512: 128 hexadecimal digits. */
  public static final int SHA512 = 2;

  /** Longs that a digest takes in a table. */
  public static final int TABLE_STRIDE = 9;

  /** The longest text, {@code sha512:} and 128 digits, in bytes. */
  public static final int TEXT_LENGTH_MAX = 135;

  /** The longest path with its terminating NUL, in bytes. */
  public static final int PATH_LENGTH_MAX = TEXT_LENGTH_MAX + 1;

  private static final int WORDS = 8;
  private static final int DIGITS_PER_WORD = 16;
  private static final byte[] DIGITS = Octets.ascii("0123456789abcdef");
  private static final byte[] PREFIX_SHA256 = Octets.ascii("sha256:");
  private static final byte[] PREFIX_SHA512 = Octets.ascii("sha512:");

  private final long[] words = new long[WORDS];
  private int algorithm;

  /** Creates an empty key. */
  public DigestKey() {}

  /**
   * A key for the control plane; allocates.
   *
   * @param text for example {@code sha256:} and 64 lowercase hexadecimal digits.
   * @return the key.
   * @throws IllegalArgumentException when the text is no sha256 or sha512 digest.
   */
  public static DigestKey of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    DigestKey key = new DigestKey();
    if (!key.parse(MemorySegment.ofArray(bytes), 0, bytes.length)) {
      throw new IllegalArgumentException(
          "not a digest: '"
              + text
              + "'; expected sha256: and 64, or sha512: and 128, lowercase hexadecimal digits");
    }
    return key;
  }

  /**
   * Parses {@code algorithm:hex}. On failure the key is empty.
   *
   * @param memory the memory that holds the text.
   * @param offset the offset of the text.
   * @param length the length of the text in bytes.
   * @return whether the text is exactly one sha256 or sha512 digest.
   */
  public boolean parse(MemorySegment memory, long offset, int length) {
    clear();
    int candidate = NO_ALGORITHM;
    if (length == textLength(SHA256)) {
      candidate = SHA256;
    } else if (length == textLength(SHA512)) {
      candidate = SHA512;
    }
    if (candidate == NO_ALGORITHM) {
      return false;
    }
    byte[] prefix = prefix(candidate);
    if (!Octets.equals(memory, offset, prefix.length, prefix)) {
      return false;
    }
    long digits = offset + prefix.length;
    for (int word = 0; word < wordCount(candidate); word++) {
      if (!parseWord(memory, digits + (long) word * DIGITS_PER_WORD, word)) {
        clear();
        return false;
      }
    }
    algorithm = candidate;
    return true;
  }

  private boolean parseWord(MemorySegment memory, long offset, int word) {
    long value = 0;
    for (int i = 0; i < DIGITS_PER_WORD; i++) {
      int octet = Octets.at(memory, offset + i);
      int digit = Octets.hexValue(octet);
      if (digit < 0 || octet != Octets.lower(octet)) {
        return false;
      }
      value = value << 4 | digit;
    }
    words[word] = value;
    return true;
  }

  /** Empties the key. */
  public void clear() {
    algorithm = NO_ALGORITHM;
    Arrays.fill(words, 0);
  }

  /** {@link #SHA256}, {@link #SHA512}, or {@link #NO_ALGORITHM} for an empty key. */
  public int algorithm() {
    return algorithm;
  }

  /** Whether the key holds no digest. */
  public boolean isEmpty() {
    return algorithm == NO_ALGORITHM;
  }

  /** Makes this key equal to another one. */
  public void copyFrom(DigestKey other) {
    algorithm = other.algorithm;
    System.arraycopy(other.words, 0, words, 0, WORDS);
  }

  /** Makes this key equal to the entry of a table that begins at {@code index}. */
  public void copyFrom(long[] table, int index) {
    algorithm = (int) table[index];
    System.arraycopy(table, index + 1, words, 0, WORDS);
  }

  /** Writes the key to the entry of a table that begins at {@code index}. */
  public void copyTo(long[] table, int index) {
    table[index] = algorithm;
    System.arraycopy(words, 0, table, index + 1, WORDS);
  }

  /** Whether the entry of a table that begins at {@code index} holds this digest; no if empty. */
  public boolean matches(long[] table, int index) {
    if (algorithm == NO_ALGORITHM || table[index] != algorithm) {
      return false;
    }
    for (int i = 0; i < WORDS; i++) {
      if (table[index + 1 + i] != words[i]) {
        return false;
      }
    }
    return true;
  }

  /** A hash over the algorithm and all words; spread over all 32 bits. */
  public int hash() {
    long mixed = algorithm;
    for (int i = 0; i < WORDS; i++) {
      mixed = (mixed ^ words[i]) * 0x9e3779b97f4a7c15L;
      mixed ^= mixed >>> 32;
    }
    return (int) mixed;
  }

  /** The length in bytes of what {@link #writeText} writes; 0 for an empty key. */
  public int textLength() {
    return textLength(algorithm);
  }

  /**
   * Writes the path of the digest below a directory of blobs, for example {@code sha256/<hex>}, and
   * a terminating NUL.
   *
   * @param out the memory to write to.
   * @param offset where to write; {@link #textLength()} + 1 bytes are needed.
   * @return the number of bytes written, with the NUL; 0 for an empty key, which writes nothing.
   */
  public int writePath(MemorySegment out, long offset) {
    if (algorithm == NO_ALGORITHM) {
      return 0;
    }
    int length = writeText(out, offset);
    out.set(JAVA_BYTE, offset + prefix(algorithm).length - 1, (byte) '/');
    out.set(JAVA_BYTE, offset + length, (byte) 0);
    return length + 1;
  }

  /**
   * Writes the digest as text, for example {@code sha256:<hex>}, without a terminating NUL.
   *
   * @param out the memory to write to.
   * @param offset where to write; {@link #textLength()} bytes are needed.
   * @return the number of bytes written; 0 for an empty key, which writes nothing.
   */
  public int writeText(MemorySegment out, long offset) {
    if (algorithm == NO_ALGORITHM) {
      return 0;
    }
    byte[] prefix = prefix(algorithm);
    MemorySegment.copy(prefix, 0, out, JAVA_BYTE, offset, prefix.length);
    int length = textLength(algorithm);
    int word = 0;
    for (int at = prefix.length; at < length; at += DIGITS_PER_WORD) {
      writeDigits(words[word++], out, offset + at);
    }
    return length;
  }

  private static void writeDigits(long word, MemorySegment out, long offset) {
    for (int i = 0; i < DIGITS_PER_WORD; i++) {
      out.set(JAVA_BYTE, offset + i, DIGITS[(int) (word >>> 60 - 4 * i) & 0xf]);
    }
  }

  /** Whether the text in memory is this digest; no if the key is empty. */
  boolean equalsText(MemorySegment memory, long offset, int length) {
    if (algorithm == NO_ALGORITHM || length != textLength(algorithm)) {
      return false;
    }
    byte[] prefix = prefix(algorithm);
    if (!Octets.equals(memory, offset, prefix.length, prefix)) {
      return false;
    }
    int word = 0;
    for (int at = prefix.length; at < length; at += DIGITS_PER_WORD) {
      if (!digitsAre(words[word++], memory, offset + at)) {
        return false;
      }
    }
    return true;
  }

  private static boolean digitsAre(long word, MemorySegment memory, long offset) {
    for (int i = 0; i < DIGITS_PER_WORD; i++) {
      if (memory.get(JAVA_BYTE, offset + i) != DIGITS[(int) (word >>> 60 - 4 * i) & 0xf]) {
        return false;
      }
    }
    return true;
  }

  /** Whether the text begins with an algorithm that {@link #parse} knows. */
  static boolean hasAlgorithmPrefix(MemorySegment memory, long offset, int length) {
    return length >= PREFIX_SHA256.length
        && (Octets.equals(memory, offset, PREFIX_SHA256.length, PREFIX_SHA256)
            || Octets.equals(memory, offset, PREFIX_SHA512.length, PREFIX_SHA512));
  }

  private static byte[] prefix(int algorithm) {
    return algorithm == SHA512 ? PREFIX_SHA512 : PREFIX_SHA256;
  }

  private static int wordCount(int algorithm) {
    return algorithm * 4;
  }

  private static int textLength(int algorithm) {
    return algorithm == NO_ALGORITHM
        ? 0
        : PREFIX_SHA256.length + wordCount(algorithm) * DIGITS_PER_WORD;
  }

  /** Whether the other object is a key with the same algorithm and digest. */
  @Override
  public boolean equals(Object other) {
    return other instanceof DigestKey key
        && algorithm == key.algorithm
        && Arrays.equals(words, key.words);
  }

  /** As {@link #hash()}. */
  @Override
  public int hashCode() {
    return hash();
  }

  /** The digest as text, for the control plane; allocates. An empty key is an empty string. */
  @Override
  public String toString() {
    byte[] text = new byte[textLength()];
    writeText(MemorySegment.ofArray(text), 0);
    return new String(text, StandardCharsets.US_ASCII);
  }
}

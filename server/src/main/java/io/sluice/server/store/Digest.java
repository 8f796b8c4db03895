package io.sluice.server.store;

import java.util.HexFormat;
import java.util.Optional;

/**
 * A content digest in the registered algorithms of the OCI image specification: {@code sha256} with
 * 64 and {@code sha512} with 128 lower-case hexadecimal digits.
 *
 * <p>Immutable; for control-plane threads. The data plane works on the {@linkplain #word words}.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex the value, lower case
 */
public record Digest(String algorithm, String hex) implements Comparable<Digest> {
  /** {@link #algorithmId} of {@code sha256}, 4 words. */
  public static final int SHA256 = 1;

  /** {@link #algorithmId} of {@code sha512}, 8 words. */
  public static final int SHA512 = 2;

  private static final int HEX_DIGITS_PER_WORD = 16;
  private static final int SHA512_LENGTH = "sha512:".length() + 128;

  /**
   * @throws IllegalArgumentException when the algorithm is not supported or the value has the wrong
   *     length or digits
   */
  public Digest {
    int digits = wordCount(algorithmId(algorithm)) * HEX_DIGITS_PER_WORD;
    if (digits == 0) {
      throw new IllegalArgumentException(
          "Digest algorithm is not supported: use sha256 or sha512.");
    }
    if (hex.length() != digits || !isLowerCaseHex(hex)) {
      throw new IllegalArgumentException(
          "A " + algorithm + " digest needs " + digits + " lower-case hexadecimal digits.");
    }
  }

  /**
   * Parses {@code algorithm:hex}.
   *
   * @throws IllegalArgumentException with a sentence that names the cause
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0 || text.length() > SHA512_LENGTH) {
      throw new IllegalArgumentException(
          "A digest is written algorithm:hex, for example sha256: and 64 hexadecimal digits.");
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  /** Parses {@code algorithm:hex}; empty when {@code text} is null or no valid digest. */
  public static Optional<Digest> tryParse(String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The digest whose value is the big-endian concatenation of {@code words}.
   *
   * @param algorithmId {@link #SHA256} (reads 4 words) or {@link #SHA512} (reads 8)
   */
  public static Digest ofWords(int algorithmId, long... words) {
    HexFormat format = HexFormat.of();
    StringBuilder hex = new StringBuilder(SHA512_LENGTH);
    for (int i = 0; i < wordCount(algorithmId); i++) {
      hex.append(format.toHexDigits(words[i]));
    }
    return new Digest(algorithmId == SHA256 ? "sha256" : "sha512", hex.toString());
  }

  /** {@link #SHA256} or {@link #SHA512}. */
  public int algorithmId() {
    return algorithmId(algorithm);
  }

  /** Number of 64-bit words of the value: 4 or 8. */
  public int wordCount() {
    return hex.length() / HEX_DIGITS_PER_WORD;
  }

  /** The {@code i}-th 64-bit word of the value, big-endian: word 0 holds the first 16 digits. */
  public long word(int i) {
    int start = i * HEX_DIGITS_PER_WORD;
    return Long.parseUnsignedLong(hex, start, start + HEX_DIGITS_PER_WORD, 16);
  }

  /** Orders by algorithm, then by value. */
  @Override
  public int compareTo(Digest other) {
    int byAlgorithm = algorithm.compareTo(other.algorithm);
    return byAlgorithm != 0 ? byAlgorithm : hex.compareTo(other.hex);
  }

  /** {@code algorithm:hex}. */
  @Override
  public String toString() {
    return algorithm + ':' + hex;
  }

  /** Number of 64-bit words of a value of {@link #SHA256} or {@link #SHA512}: 4 or 8, else 0. */
  public static int wordCount(int algorithmId) {
    return switch (algorithmId) {
      case SHA256 -> 4;
      case SHA512 -> 8;
      default -> 0;
    };
  }

  private static int algorithmId(String algorithm) {
    return switch (algorithm) {
      case "sha256" -> SHA256;
      case "sha512" -> SHA512;
      default -> 0;
    };
  }

  private static boolean isLowerCaseHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }
}

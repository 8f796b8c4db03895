package io.sluice.server.config;

import java.util.Locale;

/**
 * A number of bytes as an operator writes it: {@code 32MiB}, {@code 1GiB}, {@code 512KiB}, {@code
 * 4096}.
 *
 * @param bytes at least 0
 */
public record ByteSize(long bytes) {
  private static final String EXPECTED =
      "write a number of bytes, or one with KiB, MiB or GiB, for example 32MiB";

  /**
   * Refuses a negative size.
   *
   * @throws IllegalArgumentException if {@code bytes} is negative
   */
  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size cannot be negative; " + EXPECTED);
    }
  }

  /** {@code count} times 1024 bytes. */
  public static ByteSize ofKiB(long count) {
    return new ByteSize(Math.multiplyExact(count, 1L << 10));
  }

  /** {@code count} times 1024 * 1024 bytes. */
  public static ByteSize ofMiB(long count) {
    return new ByteSize(Math.multiplyExact(count, 1L << 20));
  }

  /**
   * Reads a whole number followed by nothing, {@code B}, {@code KiB}, {@code MiB} or {@code GiB},
   * in any case. Decimal units (MB) are refused rather than guessed at.
   *
   * @throws IllegalArgumentException with a phrase that says what is expected
   */
  public static ByteSize parse(String text) {
    String trimmed = text.strip();
    int digits = 0;
    while (digits < trimmed.length()
        && trimmed.charAt(digits) >= '0'
        && trimmed.charAt(digits) <= '9') {
      digits++;
    }
    if (digits == 0) {
      throw new IllegalArgumentException("not a size; " + EXPECTED);
    }
    int shift =
        switch (trimmed.substring(digits).strip().toLowerCase(Locale.ROOT)) {
          case "", "b" -> 0;
          case "kib" -> 10;
          case "mib" -> 20;
          case "gib" -> 30;
          default -> throw new IllegalArgumentException("not a unit of size; " + EXPECTED);
        };
    try {
      return new ByteSize(
          Math.multiplyExact(Long.parseLong(trimmed.substring(0, digits)), 1L << shift));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("larger than any memory; " + EXPECTED, e);
    }
  }

  /** The size in the largest unit that divides it, as {@link #parse} reads it. */
  @Override
  public String toString() {
    if (bytes != 0 && (bytes & ((1L << 30) - 1)) == 0) {
      return (bytes >> 30) + "GiB";
    }
    if (bytes != 0 && (bytes & ((1L << 20) - 1)) == 0) {
      return (bytes >> 20) + "MiB";
    }
    if (bytes != 0 && (bytes & ((1L << 10) - 1)) == 0) {
      return (bytes >> 10) + "KiB";
    }
    return Long.toString(bytes);
  }
}

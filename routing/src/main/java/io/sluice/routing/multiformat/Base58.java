package io.sluice.routing.multiformat;

import java.util.Arrays;

/** The base58btc alphabet: bytes as one big number, leading zero bytes as leading ones. */
final class Base58 {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

  /** The work grows with the square of the length. */
  private static final int CHARS_MAX = 128;

  private Base58() {}

  static String encode(byte[] bytes) {
    int zeros = 0;
    while (zeros < bytes.length && bytes[zeros] == 0) {
      zeros++;
    }
    // log(256) / log(58) is less than 1.38.
    byte[] digits = new byte[(bytes.length - zeros) * 138 / 100 + 1];
    int used = 0;
    for (int i = zeros; i < bytes.length; i++) {
      used = timesPlus(digits, used, 256, bytes[i] & 0xff, 58);
    }
    StringBuilder text = new StringBuilder(zeros + used);
    text.repeat('1', zeros);
    for (int i = used - 1; i >= 0; i--) {
      text.append(ALPHABET.charAt(digits[i]));
    }
    return text.toString();
  }

  static byte[] decode(String text) throws MalformedException {
    if (text.length() > CHARS_MAX) {
      throw new MalformedException("base58 text is longer than " + CHARS_MAX + " characters");
    }
    int zeros = 0;
    while (zeros < text.length() && text.charAt(zeros) == '1') {
      zeros++;
    }
    byte[] digits = new byte[text.length()];
    int used = 0;
    for (int i = zeros; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new MalformedException("'" + text.charAt(i) + "' is not a base58 digit");
      }
      used = timesPlus(digits, used, 58, digit, 256);
    }
    byte[] bytes = new byte[zeros + used];
    for (int i = 0; i < used; i++) {
      bytes[bytes.length - 1 - i] = digits[i];
    }
    Arrays.fill(digits, (byte) 0);
    return bytes;
  }

  /** The number in little-endian digits of a base, times a factor, plus a summand. */
  private static int timesPlus(byte[] digits, int used, int factor, int summand, int base) {
    int carry = summand;
    int length = used;
    for (int i = 0; i < length || carry != 0; i++) {
      carry += (digits[i] & 0xff) * factor;
      digits[i] = (byte) (carry % base);
      carry /= base;
      length = Math.max(length, i + 1);
    }
    return length;
  }
}

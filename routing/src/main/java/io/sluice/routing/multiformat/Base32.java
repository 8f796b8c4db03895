package io.sluice.routing.multiformat;

/** RFC 4648 base32 in lower case and without padding, as CIDs use it. */
final class Base32 {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  private Base32() {}

  static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder((bytes.length * 8 + 4) / 5);
    int bits = 0;
    int held = 0;
    for (byte next : bytes) {
      bits = bits << 8 | next & 0xff;
      held += 8;
      while (held >= 5) {
        held -= 5;
        text.append(ALPHABET.charAt(bits >>> held & 31));
      }
      bits &= (1 << held) - 1;
    }
    if (held > 0) {
      text.append(ALPHABET.charAt(bits << 5 - held & 31));
    }
    return text.toString();
  }

  static byte[] decode(String text) throws MalformedException {
    byte[] bytes = new byte[text.length() * 5 / 8];
    int used = 0;
    int bits = 0;
    int held = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new MalformedException("'" + text.charAt(i) + "' is not a base32 digit");
      }
      bits = bits << 5 | digit;
      held += 5;
      if (held >= 8) {
        held -= 8;
        bytes[used++] = (byte) (bits >>> held);
        bits &= (1 << held) - 1;
      }
    }
    if (bits != 0 || held >= 5) {
      throw new MalformedException("base32 text does not end at a byte");
    }
    return bytes;
  }
}

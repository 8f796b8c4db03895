package io.sluice.containerd.hpack;

import java.nio.ByteBuffer;

/**
 * The fixed code of RFC 7541 appendix B. It is canonical: codes of one length are consecutive, in
 * the order of their symbols, so that the lengths say everything.
 */
final class Huffman {
  /** Length of the code of each byte and of the end mark, in bits; a is 5, z is 30. */
  static final String LENGTHS =
      "isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxx"
          + "bffhibdgffdgdbbbaaabbbbbbbcdkbhf"
          + "ibccccccccccccccccccccccdcdioijb"
          + "kabababbbaccbbbabcbaabccccckgjix"
          + "prpprrrsrssssststtrstssssqrsrsst"
          + "rqprrssqsrrtqrssqqrqsrssprrrsrrs"
          + "vvporsruvvvwwvtuoqvwwvwtqqvvxwww"
          + "ptpqrqqsrruuttvsvwvvwwwwwxwwwwwv"
          + "z";

  private static final int LENGTH_MIN = 5;
  private static final int LENGTH_MAX = 30;
  private static final int END = 256;
  private static final int PADDING_BITS_MAX = 7;

  /** The symbols in the order of their codes. */
  private static final short[] SYMBOLS = new short[LENGTHS.length()];

  /** By length: the first code, how many there are, and where their symbols begin. */
  private static final int[] FIRST = new int[LENGTH_MAX + 1];

  private static final int[] COUNT = new int[LENGTH_MAX + 1];
  private static final int[] START = new int[LENGTH_MAX + 1];

  static {
    int code = 0;
    int at = 0;
    for (int length = LENGTH_MIN; length <= LENGTH_MAX; length++) {
      code <<= 1;
      FIRST[length] = code;
      START[length] = at;
      for (int symbol = 0; symbol < LENGTHS.length(); symbol++) {
        if (LENGTHS.charAt(symbol) - 'a' + LENGTH_MIN == length) {
          SYMBOLS[at++] = (short) symbol;
          code++;
        }
      }
      COUNT[length] = at - START[length];
    }
  }

  private Huffman() {}

  /** Decodes all that remains of a buffer; a character for each byte. */
  static String decode(ByteBuffer in) throws HpackException {
    StringBuilder out = new StringBuilder(in.remaining() * 8 / LENGTH_MIN);
    int code = 0;
    int length = 0;
    while (in.hasRemaining()) {
      int octet = in.get();
      for (int bit = 7; bit >= 0; bit--) {
        code = code << 1 | octet >> bit & 1;
        length++;
        int index = code - FIRST[length];
        if (index >= 0 && index < COUNT[length]) {
          int symbol = SYMBOLS[START[length] + index];
          if (symbol == END) {
            throw new HpackException("a Huffman code has an end mark in it");
          }
          out.append((char) symbol);
          code = 0;
          length = 0;
        }
      }
    }
    if (length > PADDING_BITS_MAX || code != (1 << length) - 1) {
      throw new HpackException("a Huffman code ends in the middle of a symbol");
    }
    return out.toString();
  }
}

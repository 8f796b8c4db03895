package io.sluice.routing.libp2p.identity;

import java.math.BigInteger;

/** How the numbers of the curve that X25519 and Ed25519 share are written. Any thread may call. */
public final class Curve25519 {
  private static final int LAST_BYTE_MASK = 0x7f;

  private Curve25519() {}

  /**
   * A coordinate of 255 bits, least significant byte first: RFC 7748, section 5, and RFC 8032,
   * section 5.1.2. The highest bit of the last byte is no part of it.
   */
  public static BigInteger coordinate(byte[] raw) {
    byte[] bigEndian = new byte[raw.length];
    for (int i = 0; i < raw.length; i++) {
      bigEndian[raw.length - 1 - i] = raw[i];
    }
    bigEndian[0] &= LAST_BYTE_MASK;
    return new BigInteger(1, bigEndian);
  }
}

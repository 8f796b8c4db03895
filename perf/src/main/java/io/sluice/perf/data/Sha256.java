package io.sluice.perf.data;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digest that blobs are named by. */
public final class Sha256 {
  private Sha256() {}

  /**
   * A digest to be fed.
   *
   * @return the digest; one thread
   */
  public static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * The digest of what was fed.
   *
   * @param fed the digest, which begins anew
   * @return 64 hexadecimal digits
   */
  public static String hex(MessageDigest fed) {
    return HexFormat.of().formatHex(fed.digest());
  }

  /**
   * The digest of some bytes.
   *
   * @param bytes all of them
   * @return 64 hexadecimal digits
   */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(begin().digest(bytes));
  }
}

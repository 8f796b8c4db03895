package io.sluice.routing.kademlia;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256. Any thread may call. */
final class Sha256 {
  /** Bytes of a digest. */
  static final int BYTES = 32;

  /** Never updated itself: cloning is cheaper than looking the algorithm up. */
  private static final MessageDigest PROTOTYPE = prototype();

  private Sha256() {}

  static byte[] of(byte[] bytes) {
    try {
      return ((MessageDigest) PROTOTYPE.clone()).digest(bytes);
    } catch (CloneNotSupportedException refused) {
      return prototype().digest(bytes);
    }
  }

  private static MessageDigest prototype() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java runtime has SHA-256", missing);
    }
  }
}

package io.sluice.routing.multiformat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Digests that say how they were made: a varint for the function, one for the length, the digest.
 */
public final class Multihash {
  /** The digest is the content itself. */
  public static final int IDENTITY = 0;

  /** SHA2-256. */
  public static final int SHA2_256 = 0x12;

  /** Length of a SHA2-256 digest. */
  public static final int SHA2_256_BYTES = 32;

  /** Never updated itself: cloning is cheaper than looking the algorithm up. */
  private static final MessageDigest PROTOTYPE = lookUp();

  private Multihash() {}

  /** The SHA2-256 multihash of some content: 34 bytes. */
  public static byte[] sha256(byte[] content) {
    return wrap(SHA2_256, digest(content));
  }

  /** The identity multihash of at most 127 bytes. */
  public static byte[] identity(byte[] content) {
    return wrap(IDENTITY, content);
  }

  /** SHA2-256 of some bytes, one part after the other, without anything around it. */
  public static byte[] digest(byte[]... parts) {
    MessageDigest sha256 = newSha256();
    for (byte[] part : parts) {
      sha256.update(part);
    }
    return sha256.digest();
  }

  private static MessageDigest newSha256() {
    try {
      return (MessageDigest) PROTOTYPE.clone();
    } catch (CloneNotSupportedException refused) {
      return lookUp();
    }
  }

  private static MessageDigest lookUp() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Makes sure that bytes are one multihash, of any function.
   *
   * @return its function
   * @throws MalformedException when they are not, or more follows
   */
  public static long check(byte[] bytes) throws MalformedException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    long function = Varint.read(in);
    long length = Varint.read(in);
    if (length != in.remaining()) {
      throw new MalformedException(
          "a multihash announces a digest of " + length + " bytes and has " + in.remaining());
    }
    if (function == SHA2_256 && length != SHA2_256_BYTES) {
      throw new MalformedException("a SHA2-256 digest of " + length + " bytes");
    }
    return function;
  }

  private static byte[] wrap(int function, byte[] digest) {
    if (digest.length > 0x7f) {
      throw new IllegalArgumentException("a digest of " + digest.length + " bytes");
    }
    byte[] multihash = new byte[2 + digest.length];
    multihash[0] = (byte) function;
    multihash[1] = (byte) digest.length;
    System.arraycopy(digest, 0, multihash, 2, digest.length);
    return multihash;
  }
}

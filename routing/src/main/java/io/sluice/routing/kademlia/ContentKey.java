package io.sluice.routing.kademlia;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What content is looked up by: the SHA-256 of a text, even where the text is a digest itself. On
 * the wire it is the multihash of that digest, of a CIDv1 with the codec {@code raw}; the same as
 * Spegel makes. Immutable.
 */
public final class ContentKey {
  /** Bytes of a key on the wire. */
  static final int WIRE_BYTES = 2 + Sha256.BYTES;

  private static final byte SHA2_256 = 0x12;

  private final byte[] wire;
  private Position position;

  private ContentKey(byte[] wire) {
    this.wire = wire;
  }

  /** The key of {@code sha256:...}, or of {@code registry/repository:tag}. */
  public static ContentKey of(String text) {
    return ofDigest(Sha256.of(text.getBytes(StandardCharsets.UTF_8)), 0);
  }

  /** The key with the digest that starts at {@code offset}. */
  static ContentKey ofDigest(byte[] digests, int offset) {
    byte[] wire = new byte[WIRE_BYTES];
    wire[0] = SHA2_256;
    wire[1] = Sha256.BYTES;
    System.arraycopy(digests, offset, wire, 2, Sha256.BYTES);
    return new ContentKey(wire);
  }

  /** The multihash. Shared: not to be changed. */
  byte[] wire() {
    return wire;
  }

  /** A copy of the multihash, as it travels. */
  public byte[] toBytes() {
    return wire.clone();
  }

  /** Where in the space of all keys this one is. */
  public Position position() {
    if (position == null) {
      position = Position.of(wire);
    }
    return position;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ContentKey that && Arrays.equals(wire, that.wire);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(wire);
  }
}

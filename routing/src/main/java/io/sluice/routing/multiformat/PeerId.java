package io.sluice.routing.multiformat;

import java.util.Arrays;

/** Name of a peer: the multihash of its public key. Immutable. */
public final class PeerId {
  /** Longest public key that is its own multihash. */
  private static final int INLINE_KEY_BYTES_MAX = 42;

  private final byte[] multihash;

  /** Takes a copy of the multihash, which is not checked; what comes from outside, {@link #of}. */
  public PeerId(byte[] multihash) {
    this.multihash = multihash.clone();
  }

  /**
   * Takes a copy of a multihash.
   *
   * @throws MalformedException when no key can have it
   */
  public static PeerId of(byte[] multihash) throws MalformedException {
    if (multihash.length > 2 + INLINE_KEY_BYTES_MAX) {
      throw new MalformedException("a peer id of " + multihash.length + " bytes");
    }
    long function = Multihash.check(multihash);
    if (function != Multihash.IDENTITY && function != Multihash.SHA2_256) {
      throw new MalformedException("a peer id made with hash function " + function);
    }
    return new PeerId(multihash);
  }

  /** The peer whose public key, in libp2p's protobuf, this is. */
  public static PeerId ofPublicKey(byte[] key) {
    boolean inline = key.length <= INLINE_KEY_BYTES_MAX;
    return new PeerId(inline ? Multihash.identity(key) : Multihash.sha256(key));
  }

  /**
   * Reads the text form: base58 ({@code 12D3Koo...}, {@code Qm...}) or a CID ({@code bafz...}).
   *
   * @throws MalformedException when it is neither
   */
  public static PeerId parse(String text) throws MalformedException {
    if (text.startsWith("1") || text.startsWith("Qm")) {
      return of(Base58.decode(text));
    }
    Cid cid;
    try {
      cid = Cid.parse(text);
    } catch (MalformedException e) {
      throw new MalformedException("'" + text + "' is no peer id: " + e.getMessage());
    }
    if (cid.codec() != Cid.LIBP2P_KEY) {
      throw new MalformedException("'" + text + "' is the id of content, not of a peer");
    }
    return of(cid.multihash());
  }

  /** A copy of the multihash. */
  public byte[] toBytes() {
    return multihash.clone();
  }

  /** Length of the multihash, in bytes. */
  public int size() {
    return multihash.length;
  }

  /** The text form, in base58. */
  @Override
  public String toString() {
    return Base58.encode(multihash);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PeerId that && Arrays.equals(multihash, that.multihash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(multihash);
  }
}

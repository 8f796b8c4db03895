package io.sluice.routing.multiformat;

import java.util.Arrays;

/** Name of a peer: the multihash of its public key. Immutable. */
public final class PeerId {
  private final byte[] multihash;

  /** Takes a copy of the multihash, which is not checked. */
  public PeerId(byte[] multihash) {
    this.multihash = multihash.clone();
  }

  /** A copy of the multihash. */
  public byte[] toBytes() {
    return multihash.clone();
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

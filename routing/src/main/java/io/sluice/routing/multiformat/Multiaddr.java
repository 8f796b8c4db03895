package io.sluice.routing.multiformat;

import java.util.Arrays;

/** A self-describing network address. Immutable. */
public final class Multiaddr {
  private final byte[] bytes;

  /** Takes a copy of the binary form, which is not checked. */
  public Multiaddr(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** A copy of the binary form. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Multiaddr that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}

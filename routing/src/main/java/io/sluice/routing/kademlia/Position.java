package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.PeerId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A point in Kademlia's space of 256 bits: the SHA-256 of a peer's id or of a key. The distance of
 * two points is their exclusive or, compared as an unsigned number. Immutable.
 */
public final class Position {
  /** Bits of a position. */
  public static final int BITS = 256;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final long first;
  private final long second;
  private final long third;
  private final long fourth;

  private Position(byte[] digest) {
    first = (long) LONG.get(digest, 0);
    second = (long) LONG.get(digest, 8);
    third = (long) LONG.get(digest, 16);
    fourth = (long) LONG.get(digest, 24);
  }

  /** The position of a key as it travels, or of a peer id's multihash. */
  public static Position of(byte[] raw) {
    return new Position(Sha256.of(raw));
  }

  /** The position of a peer. */
  public static Position of(PeerId peer) {
    return of(peer.toBytes());
  }

  /** The first 64 bits; what is near another position shares leading bits with it. */
  long prefix() {
    return first;
  }

  /** How many leading bits are the same, 0 to {@value #BITS}: the number of the bucket. */
  int commonPrefix(Position other) {
    if (first != other.first) {
      return Long.numberOfLeadingZeros(first ^ other.first);
    }
    if (second != other.second) {
      return 64 + Long.numberOfLeadingZeros(second ^ other.second);
    }
    if (third != other.third) {
      return 128 + Long.numberOfLeadingZeros(third ^ other.third);
    }
    return 192 + Long.numberOfLeadingZeros(fourth ^ other.fourth);
  }

  /** Negative when {@code one} is nearer to this than {@code other}, zero when they are equal. */
  int compareDistance(Position one, Position other) {
    int order = Long.compareUnsigned(first ^ one.first, first ^ other.first);
    if (order == 0) {
      order = Long.compareUnsigned(second ^ one.second, second ^ other.second);
    }
    if (order == 0) {
      order = Long.compareUnsigned(third ^ one.third, third ^ other.third);
    }
    if (order == 0) {
      order = Long.compareUnsigned(fourth ^ one.fourth, fourth ^ other.fourth);
    }
    return order;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Position that
        && first == that.first
        && second == that.second
        && third == that.third
        && fourth == that.fourth;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(first);
  }

  @Override
  public String toString() {
    return String.format("%016x%016x%016x%016x", first, second, third, fourth);
  }
}

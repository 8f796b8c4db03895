package io.sluice.server.relay;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The address of a peer as numbers, read from a {@code sockaddr_in} or {@code sockaddr_in6}. */
final class PeerAddress {
  static final int SOCKADDR_IN_BYTES = 16;
  static final int SOCKADDR_IN6_BYTES = 28;
  private static final int AF_INET = 2;
  private static final int PORT_OFFSET = 2;
  private static final int ADDRESS_OFFSET = 4;
  private static final int ADDRESS6_OFFSET = 8;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  long high;
  long low;

  /** Family and port, as they lie in memory. */
  int familyAndPort;

  /** Reads the socket address at {@code offset}. */
  void read(MemorySegment memory, long offset) {
    int family = memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset);
    int port = memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset + PORT_OFFSET);
    familyAndPort = family << Short.SIZE | port & 0xffff;
    if (family == AF_INET) {
      high = 0;
      low = memory.get(ValueLayout.JAVA_INT_UNALIGNED, offset + ADDRESS_OFFSET);
    } else {
      high = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + ADDRESS6_OFFSET);
      low = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + ADDRESS6_OFFSET + Long.BYTES);
    }
  }

  void copyFrom(PeerAddress other) {
    high = other.high;
    low = other.low;
    familyAndPort = other.familyAndPort;
  }

  boolean is(PeerAddress other) {
    return low == other.low && high == other.high && familyAndPort == other.familyAndPort;
  }

  /** {@code AF_INET} or {@code AF_INET6}. */
  int family() {
    return familyAndPort >> Short.SIZE;
  }

  /** Bytes of the socket address. */
  int length() {
    return family() == AF_INET ? SOCKADDR_IN_BYTES : SOCKADDR_IN6_BYTES;
  }

  /** Spread over all bits. */
  int hash() {
    long mixed = (high * MIX ^ low) * MIX + familyAndPort;
    mixed *= MIX;
    return (int) (mixed >>> Integer.SIZE);
  }
}

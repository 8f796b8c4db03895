package io.sluice.server.relay;

import java.lang.foreign.MemorySegment;

/** What a relay fetches, by name. A flyweight, reused for each question. */
public final class RelayNames {
  MemorySegment memory;
  long nameOffset;
  int nameLength;
  long namespaceOffset;
  int namespaceLength;
  long referenceOffset;
  int referenceLength;
  boolean byDigest;

  RelayNames() {}

  /** Holds the texts. */
  public MemorySegment memory() {
    return memory;
  }

  /** Where the repository's name is. */
  public long nameOffset() {
    return nameOffset;
  }

  /** Length of the repository's name. */
  public int nameLength() {
    return nameLength;
  }

  /** Where the registry is. */
  public long namespaceOffset() {
    return namespaceOffset;
  }

  /** Length of the registry; 0 when the client named none. */
  public int namespaceLength() {
    return namespaceLength;
  }

  /** Where the tag or digest is. */
  public long referenceOffset() {
    return referenceOffset;
  }

  /** Length of the tag or digest. */
  public int referenceLength() {
    return referenceLength;
  }

  /** Whether the reference is a digest. */
  public boolean byDigest() {
    return byDigest;
  }
}

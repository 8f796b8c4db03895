package io.sluice.server.transfer;

/**
 * Decides for whom a convoy keeps blocks that its own members have passed: for one that reads the
 * same blob a little behind, so that from where they meet the disk is read once for both. What a
 * convoy waits in sum is bounded, so that nobody can slow others down by starting again and again.
 */
final class CatchUp {
  /** A convoy further behind than this is not waited for. */
  static final long DISTANCE_BYTES = 64L << 20;

  /** What a convoy waits for others at most, and this part of its age on top. */
  static final long ALLOWANCE_NS = 500_000_000L;

  static final int AGE_DIVISOR = 8;

  private final ConvoyList convoys;
  private final BlockReads reads;

  CatchUp(ConvoyList convoys, BlockReads reads) {
    this.convoys = convoys;
    this.reads = reads;
  }

  /** Whether the first block of the convoy's window, passed by its members, is to be kept. */
  boolean holds(Convoy convoy, long nowNs) {
    boolean hold = !convoy.lone && hasFollower(convoy);
    if (hold && !convoy.held) {
      convoy.heldSinceNs = nowNs;
    }
    if (hold || convoy.held) {
      long heldNs = convoy.heldForNs(nowNs);
      long allowanceNs = ALLOWANCE_NS + (nowNs - convoy.foundedNs) / AGE_DIVISOR;
      hold &= heldNs < allowanceNs;
      convoy.heldNs = hold ? convoy.heldNs : heldNs;
    }
    convoys.setHeld(convoy, hold);
    return hold;
  }

  private boolean hasFollower(Convoy convoy) {
    int head = convoy.block(convoy.headSequence);
    for (int place = 0; place < convoys.count(); place++) {
      Convoy other = convoys.at(place);
      boolean behind =
          other != convoy
              && other.blob == convoy.blob
              && !other.lone
              && other.nextPosition < reads.end(head)
              && other.end > reads.begin(head)
              && reads.begin(head) - other.nextPosition <= DISTANCE_BYTES;
      if (behind && hasHealthyMember(other)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasHealthyMember(Convoy convoy) {
    for (Transfer member = convoy.firstMember; member != null; member = member.nextMember) {
      if (!member.laggard) {
        return true;
      }
    }
    return false;
  }
}

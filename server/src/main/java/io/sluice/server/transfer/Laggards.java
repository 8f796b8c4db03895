package io.sluice.server.transfer;

/**
 * Tells members that hold up a convoy from those that are merely last at the moment. A convoy moves
 * at the pace of its slowest healthy member; who keeps most of the others waiting, for long or
 * again and again, is not one of those. And a few who wait for most of the others, because those
 * are slower, need not do so for ever.
 */
final class Laggards {
  /** Without a block sent for so long, while most others wait, a member is a laggard. */
  static final long FROZEN_NS = 100_000_000L;

  /** So is one that most others have had to wait for, lately, for so long in sum. */
  static final long BLAME_MAX_NS = 100_000_000L;

  /** A laggard that sends so much within {@link #HEALTHY_NS} is none any more. */
  static final long HEALTHY_BYTES = 16L << 20;

  static final long HEALTHY_NS = 200_000_000L;

  private Laggards() {}

  /**
   * Whether those at the first slot of the window hold up the rest.
   *
   * @param full whether the window has no room for another block
   */
  static boolean block(Convoy convoy, boolean full) {
    return full
        && convoy.members > 1
        && convoy.headSequence == convoy.tailSequence()
        && convoy.starved() * 2 >= convoy.members;
  }

  /**
   * Notes whom the rest has waited for.
   *
   * @return whether it has been too long for one of them
   */
  static boolean blame(Convoy convoy, boolean blocked, long elapsedNs, long nowNs) {
    boolean tooLong = false;
    for (Transfer member = convoy.firstMember; member != null; member = member.nextMember) {
      if (!blocked || member.sequence > convoy.headSequence) {
        member.blameNs = Math.max(0, member.blameNs - elapsedNs / 2);
      } else {
        member.blameNs += elapsedNs;
        tooLong |= member.blameNs > BLAME_MAX_NS || nowNs - member.advancedNs > FROZEN_NS;
      }
    }
    return tooLong;
  }

  /**
   * Whether the few at the end of the window have waited for the others for too long; they are to
   * leave then.
   *
   * @param full whether the window has no room for another block
   */
  static boolean outrun(Convoy convoy, boolean full, long elapsedNs) {
    int starved = convoy.starved();
    boolean few = starved > 0 && starved * 2 < convoy.members;
    if (full && few && convoy.headSequence == convoy.tailSequence()) {
      convoy.outrunNs += elapsedNs;
    } else {
      convoy.outrunNs = Math.max(0, convoy.outrunNs - elapsedNs / 2);
    }
    return few && convoy.outrunNs > BLAME_MAX_NS;
  }

  /** The transfer leaves its convoy as a laggard. */
  static void mark(Transfer transfer, long nowNs) {
    transfer.laggard = true;
    transfer.blameNs = 0;
    observe(transfer, nowNs);
  }

  /** A laggard has sent a block: perhaps it was held up itself, and is fast again. */
  static void reconsider(Transfer transfer, long nowNs) {
    if (transfer.sendPosition - transfer.observedPosition >= HEALTHY_BYTES) {
      transfer.laggard = false;
    } else if (nowNs - transfer.observedNs > HEALTHY_NS) {
      observe(transfer, nowNs);
    }
  }

  private static void observe(Transfer transfer, long nowNs) {
    transfer.observedNs = nowNs;
    transfer.observedPosition = transfer.sendPosition;
  }
}

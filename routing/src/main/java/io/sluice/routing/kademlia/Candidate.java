package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.util.List;

/** A peer that a lookup knows of. */
final class Candidate {
  /** How far the lookup has got with it. */
  enum State {
    HEARD,
    ASKED,
    ANSWERED,
    FAILED
  }

  final PeerId id;
  final Position position;
  final List<Multiaddr> addresses;

  /** Answers it took to hear of this peer, plus one. */
  final int hops;

  /** The only one to have named this peer; null when it is our own contact, or several have. */
  Candidate referrer;

  State state = State.HEARD;
  long askedNs;

  /** Asked for so long that another may be asked meanwhile. */
  boolean slow;

  /** Not worth waiting for. */
  boolean unawaited;

  /** How many of those only it has named are being asked, and how many have failed. */
  int referredAsked;

  int referredFailed;

  Candidate(PeerId id, Position position, List<Multiaddr> addresses, int hops, Candidate referrer) {
    this.id = id;
    this.position = position;
    this.addresses = addresses;
    this.hops = hops;
    this.referrer = referrer;
  }

  boolean isAwaited() {
    return state == State.ASKED && !unawaited;
  }

  /** Whether it is heard of from one peer only, of whom too much is being, or has been, tried. */
  boolean isDoubtful() {
    return referrer != null
        && (referrer.referredAsked >= KademliaLimits.ASKED_AT_ONCE_PER_REFERRER
            || referrer.referredFailed >= KademliaLimits.FAILURES_PER_REFERRER);
  }

  PeerRecord asRecord() {
    return new PeerRecord(id, addresses);
  }
}

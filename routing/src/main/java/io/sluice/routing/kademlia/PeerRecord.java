package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.util.List;

/** A peer, and where it is said to listen. Immutable. */
public final class PeerRecord {
  private final PeerId id;
  private final List<Multiaddr> addresses;
  private byte[] wire;

  /** Takes a copy of the addresses. */
  public PeerRecord(PeerId id, List<Multiaddr> addresses) {
    this.id = id;
    this.addresses = List.copyOf(addresses);
  }

  /** Who it is. */
  public PeerId id() {
    return id;
  }

  /** Where it listens; perhaps none. */
  public List<Multiaddr> addresses() {
    return addresses;
  }

  /** Its form in messages, kept for the next time. Shared: not to be changed. */
  byte[] wire() {
    if (wire == null) {
      wire = MessageCodec.encodePeer(this);
    }
    return wire;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PeerRecord that
        && id.equals(that.id)
        && addresses.equals(that.addresses);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id + " at " + addresses;
  }
}

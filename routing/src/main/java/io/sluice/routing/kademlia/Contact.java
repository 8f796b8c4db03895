package io.sluice.routing.kademlia;

import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.net.InetAddress;
import java.util.List;

/** A peer of the routing table. */
final class Contact {
  private final Position position;
  private PeerRecord record;
  private long answeredNs;

  Contact(PeerId id, Position position, List<Multiaddr> addresses, long answeredNs) {
    this.position = position;
    this.record = new PeerRecord(id, addresses);
    this.answeredNs = answeredNs;
  }

  PeerId id() {
    return record.id();
  }

  Position position() {
    return position;
  }

  List<Multiaddr> addresses() {
    return record.addresses();
  }

  PeerRecord asRecord() {
    return record;
  }

  /** When it last answered a question, by the scheduler's clock. */
  long answeredNs() {
    return answeredNs;
  }

  /** It has answered again; {@code newer} addresses replace the old ones unless there are none. */
  void answered(long nowNs, List<Multiaddr> newer) {
    answeredNs = nowNs;
    moved(newer);
  }

  /** Where it listens now. */
  void moved(List<Multiaddr> newer) {
    if (!newer.isEmpty() && !newer.equals(record.addresses())) {
      record = new PeerRecord(record.id(), newer);
    }
  }

  /** The address that counts for diversity; null when it has none that names an IP. */
  InetAddress ip() {
    for (Multiaddr address : record.addresses()) {
      InetAddress ip = address.ip();
      if (ip != null) {
        return ip;
      }
    }
    return null;
  }
}

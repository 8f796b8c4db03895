package io.sluice.routing.libp2p;

import io.sluice.routing.host.HostEvents;
import io.sluice.routing.libp2p.identity.Identity;
import io.sluice.routing.libp2p.psk.PreSharedKey;
import java.net.InetSocketAddress;
import java.util.List;

/** What can be chosen about a host. Immutable; {@code with} methods give changed copies. */
public final class HostOptions {
  private final Identity identity;
  private List<InetSocketAddress> listenAddresses = List.of();
  private PreSharedKey preSharedKey;
  private String agent = "sluice";
  private HostEvents events = HostEvents.NONE;
  private int connectionsPerAddress = HostLimits.CONNECTIONS_PER_ADDRESS;
  private int handshakeBurst = HostLimits.HANDSHAKE_BURST;

  private HostOptions(Identity identity) {
    this.identity = identity;
  }

  private HostOptions(HostOptions other) {
    identity = other.identity;
    listenAddresses = other.listenAddresses;
    preSharedKey = other.preSharedKey;
    agent = other.agent;
    events = other.events;
    connectionsPerAddress = other.connectionsPerAddress;
    handshakeBurst = other.handshakeBurst;
  }

  /** A node that dials and does not listen. */
  public static HostOptions of(Identity identity) {
    return new HostOptions(identity);
  }

  /** Listens on these; port 0 is any. */
  public HostOptions withListenAddresses(List<InetSocketAddress> addresses) {
    HostOptions copy = new HostOptions(this);
    copy.listenAddresses = List.copyOf(addresses);
    return copy;
  }

  /** Talks to those only that have the same key; null for a public network. */
  public HostOptions withPreSharedKey(PreSharedKey key) {
    HostOptions copy = new HostOptions(this);
    copy.preSharedKey = key;
    return copy;
  }

  /** Name and version that identify tells peers. */
  public HostOptions withAgent(String name) {
    HostOptions copy = new HostOptions(this);
    copy.agent = name;
    return copy;
  }

  /** Who hears what the host does. */
  public HostOptions withEvents(HostEvents listener) {
    HostOptions copy = new HostOptions(this);
    copy.events = listener;
    return copy;
  }

  /**
   * Allows this many inbound connections from one IP address, and this many handshakes at once, for
   * networks in which many nodes share an address.
   */
  public HostOptions withConnectionsPerAddress(int connections) {
    HostOptions copy = new HostOptions(this);
    copy.connectionsPerAddress = connections;
    copy.handshakeBurst = Math.max(connections, HostLimits.HANDSHAKE_BURST);
    return copy;
  }

  Identity identity() {
    return identity;
  }

  List<InetSocketAddress> listenAddresses() {
    return listenAddresses;
  }

  PreSharedKey preSharedKey() {
    return preSharedKey;
  }

  String agent() {
    return agent;
  }

  HostEvents events() {
    return events;
  }

  int connectionsPerAddress() {
    return connectionsPerAddress;
  }

  int handshakeBurst() {
    return handshakeBurst;
  }
}

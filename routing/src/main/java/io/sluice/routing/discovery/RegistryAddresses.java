package io.sluice.routing.discovery;

import io.sluice.routing.host.PeerHost;
import io.sluice.routing.kademlia.PeerRecord;
import io.sluice.routing.multiformat.Multiaddr;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where a provider's registry is: at an IP address of its record, at the port that all nodes of the
 * cluster have, as Spegel has it. On the scheduler's thread only.
 */
final class RegistryAddresses {
  private static final long OWN_VALID_NS = 10_000_000_000L;

  private final PeerHost host;
  private final int registryPort;
  private final Set<InetAddress> own = new HashSet<>();
  private boolean ownOutside;
  private boolean ownIp4;
  private boolean known;
  private long knownNs;

  RegistryAddresses(PeerHost host, int registryPort) {
    this.host = host;
    this.registryPort = registryPort;
  }

  /** The registry of a provider; null when its record has no address that may be another node's. */
  InetSocketAddress of(PeerRecord provider, long nowNs) {
    learnOwn(nowNs);
    List<InetAddress> candidates = new ArrayList<>();
    for (Multiaddr address : provider.addresses()) {
      InetAddress ip = address.ip();
      if (ip != null && mayBeANode(ip)) {
        candidates.add(ip);
      }
    }
    if (candidates.isEmpty()) {
      return null;
    }
    return new InetSocketAddress(best(provider, candidates), registryPort);
  }

  /**
   * An address of ours is ourselves, perhaps under the name we had before a restart. What is no
   * node's address is not called upon because a stranger says so.
   */
  private boolean mayBeANode(InetAddress ip) {
    return !ip.isAnyLocalAddress()
        && !ip.isMulticastAddress()
        && !ip.isLinkLocalAddress()
        && !(ip.isLoopbackAddress() && ownOutside)
        && !own.contains(ip);
  }

  /** The one that is known to work, or else of a family that this node has. */
  private InetAddress best(PeerRecord provider, List<InetAddress> candidates) {
    Multiaddr remote = host.remoteAddress(provider.id());
    InetAddress connected = remote == null ? null : remote.ip();
    if (connected != null && candidates.contains(connected)) {
      return connected;
    }
    for (InetAddress candidate : candidates) {
      if (candidate instanceof Inet6Address != ownIp4) {
        return candidate;
      }
    }
    return candidates.getFirst();
  }

  private void learnOwn(long nowNs) {
    if (known && nowNs - knownNs < OWN_VALID_NS) {
      return;
    }
    known = true;
    knownNs = nowNs;
    own.clear();
    ownOutside = false;
    ownIp4 = false;
    for (Multiaddr address : host.addresses()) {
      InetAddress ip = address.ip();
      if (ip != null) {
        own.add(ip);
        ownOutside |= !ip.isLoopbackAddress();
        ownIp4 |= !(ip instanceof Inet6Address) && !ip.isLoopbackAddress();
      }
    }
    ownIp4 |= !ownOutside;
  }
}

package io.sluice.routing;

import java.util.List;

/**
 * What a router is and has now, for a log and for metrics.
 *
 * @param id who this node is among peers; empty for a router without peers
 * @param addresses where peers can connect to, as text
 * @param connectedPeers peers that are connected
 * @param tablePeers peers that lookups begin with
 * @param advertisedKeys keys that this node tells others it has
 * @param records what others have told this node to tell others
 */
public record RouterStatus(
    String id,
    List<String> addresses,
    int connectedPeers,
    int tablePeers,
    int advertisedKeys,
    int records) {
  /** Of a router that knows nobody. */
  public static final RouterStatus NONE = new RouterStatus("", List.of(), 0, 0, 0, 0);

  /** Takes a copy of the addresses. */
  public RouterStatus {
    addresses = List.copyOf(addresses);
  }
}

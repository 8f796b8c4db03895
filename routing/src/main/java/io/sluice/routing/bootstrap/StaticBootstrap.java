package io.sluice.routing.bootstrap;

import io.sluice.routing.multiformat.MalformedException;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import java.util.ArrayList;
import java.util.List;

/** A fixed list of peers. */
public final class StaticBootstrap implements BootstrapSource {
  private final List<BootstrapPeer> peers;

  private StaticBootstrap(List<BootstrapPeer> peers) {
    this.peers = List.copyOf(peers);
  }

  /**
   * Reads addresses such as {@code /ip4/192.0.2.1/tcp/5001/p2p/12D3Koo...}; the id, and the port,
   * may be missing.
   *
   * @throws MalformedException when one cannot be read
   */
  public static StaticBootstrap of(List<String> addresses) throws MalformedException {
    List<BootstrapPeer> peers = new ArrayList<>();
    for (String text : addresses) {
      Multiaddr address = Multiaddr.parse(text.strip());
      PeerId id = address.peer();
      peers.add(new BootstrapPeer(id, List.of(address.withoutPeer())));
    }
    return new StaticBootstrap(peers);
  }

  @Override
  public List<BootstrapPeer> find(int attempt) {
    return peers;
  }
}

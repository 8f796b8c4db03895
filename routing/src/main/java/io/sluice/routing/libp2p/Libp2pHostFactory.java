package io.sluice.routing.libp2p;

import io.sluice.routing.host.HostSettings;
import io.sluice.routing.host.PeerHostFactory;
import io.sluice.routing.host.PeerNode;
import io.sluice.routing.host.Scheduler;
import io.sluice.routing.libp2p.identity.Identity;
import io.sluice.routing.libp2p.identity.IdentityFile;
import io.sluice.routing.libp2p.psk.PreSharedKey;
import io.sluice.routing.libp2p.tcp.Reactor;
import java.io.IOException;

/** Makes hosts that speak libp2p on TCP, each on a reactor of its own. */
public final class Libp2pHostFactory implements PeerHostFactory {
  private static final String THREAD_NAME = "sluice-routing";

  /** For the service loader. */
  public Libp2pHostFactory() {}

  @Override
  public String name() {
    return "libp2p";
  }

  @Override
  public PeerNode create(HostSettings settings) throws IOException {
    Identity identity =
        settings.dataDirectory() == null
            ? Identity.generate()
            : IdentityFile.openOrCreate(settings.dataDirectory());
    PreSharedKey key =
        settings.preSharedKeyFile() == null ? null : PreSharedKey.read(settings.preSharedKeyFile());
    HostOptions options =
        HostOptions.of(identity)
            .withListenAddresses(settings.listenAddresses())
            .withPreSharedKey(key)
            .withAgent(settings.agent())
            .withEvents(settings.events());
    if (settings.connectionsPerAddress() > 0) {
      options = options.withConnectionsPerAddress(settings.connectionsPerAddress());
    }
    Reactor reactor = Reactor.start(THREAD_NAME);
    return new Node(new Libp2pHost(options, reactor), reactor);
  }

  /** A host with its reactor. */
  private record Node(Libp2pHost host, Reactor reactor) implements PeerNode {
    @Override
    public Libp2pHost host() {
      return host;
    }

    @Override
    public Scheduler scheduler() {
      return reactor;
    }

    @Override
    public void close() {
      host.close();
      reactor.close();
    }
  }
}

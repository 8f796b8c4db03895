package io.sluice.routing.discovery;

import io.sluice.routing.host.HostSettings;
import io.sluice.routing.host.PeerHostProvider;
import io.sluice.routing.libp2p.HostOptions;
import io.sluice.routing.libp2p.Libp2pHost;
import io.sluice.routing.libp2p.identity.Identity;
import io.sluice.routing.libp2p.identity.IdentityFile;
import io.sluice.routing.libp2p.psk.PreSharedKey;
import io.sluice.routing.libp2p.tcp.Reactor;
import java.io.IOException;

/** The libp2p of this module. */
public final class Libp2pHostProvider implements PeerHostProvider {
  /** Name of the implementation. */
  public static final String NAME = "libp2p";

  private static final String THREAD = "routing";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public RunningHost open(HostSettings settings) throws IOException {
    Identity identity =
        settings.dataDir() == null
            ? Identity.generate()
            : IdentityFile.openOrCreate(settings.dataDir());
    HostOptions options = HostOptions.of(identity).withListenAddresses(settings.listen());
    if (settings.pskFile() != null) {
      options = options.withPreSharedKey(PreSharedKey.read(settings.pskFile()));
    }
    if (settings.connectionsPerAddress() > 0) {
      options = options.withConnectionsPerAddress(settings.connectionsPerAddress());
    }
    Reactor reactor = Reactor.start(THREAD);
    return new RunningHost(new Libp2pHost(options, reactor), reactor, reactor::close);
  }
}

package io.sluice.server.node;

import io.sluice.routing.BootstrapSettings;
import io.sluice.routing.ContentRouter;
import io.sluice.routing.ContentRouterProvider;
import io.sluice.routing.RouterSettings;
import io.sluice.routing.RouterStatus;
import io.sluice.routing.StaticRouter;
import io.sluice.routing.host.CloseCause;
import io.sluice.routing.host.HostEvents;
import io.sluice.routing.host.HostSettings;
import io.sluice.routing.multiformat.Multiaddr;
import io.sluice.routing.multiformat.PeerId;
import io.sluice.server.config.BuildInfo;
import io.sluice.server.config.Discovery;
import io.sluice.server.config.Settings;
import io.sluice.server.log.Log;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** Opens the router that the settings ask for. */
final class Routers {
  private static final Log LOG = Log.of("router");

  /** Whatever the host finds right. */
  private static final int CONNECTIONS_PER_ADDRESS_DEFAULT = 0;

  private Routers() {}

  /**
   * A router that looks for peers, or one that knows those it is told of.
   *
   * @throws IOException when it cannot begin, in one sentence with the remedy
   */
  static ContentRouter open(Settings settings) throws IOException {
    if (!settings.discovery().isOn()) {
      return new StaticRouter(Addresses.resolve(settings.staticPeers()));
    }
    ContentRouter router = ContentRouterProvider.installed().open(routerSettings(settings));
    RouterStatus status = router.status();
    LOG.info(
        "looking for peers",
        "id",
        status.id(),
        "addresses",
        String.join(",", status.addresses()),
        "bootstrap",
        settings.discovery().kind());
    return router;
  }

  private static RouterSettings routerSettings(Settings settings) {
    Discovery discovery = settings.discovery();
    InetSocketAddress listen = Addresses.resolve(settings.routerAddr());
    HostSettings host =
        new HostSettings(
            settings.dataDir().orElse(null),
            List.of(listen),
            discovery.pskFile().orElse(null),
            "sluice/" + BuildInfo.read().version(),
            CONNECTIONS_PER_ADDRESS_DEFAULT,
            new Told());
    return new RouterSettings(
        RouterSettings.HOST_NAME,
        host,
        bootstrap(discovery),
        discovery.protocolPrefix(),
        settings.registryAddr().port(),
        discovery.zone(),
        RouterSettings.IDLE_WAIT,
        RouterSettings.ANSWER_WAIT,
        RouterSettings.LOOKUP_TIMEOUT,
        LOG::info);
  }

  private static BootstrapSettings bootstrap(Discovery discovery) {
    return new BootstrapSettings(
        discovery.kind(),
        discovery.staticPeers(),
        discovery.dnsDomain().orElse(null),
        discovery.httpPeer().orElse(null),
        discovery.httpAddr().map(Addresses::resolve).orElse(null));
  }

  /** Connections, for who wants to know them all. */
  private static final class Told implements HostEvents {
    @Override
    public void onOpened(PeerId peer, Multiaddr address) {
      LOG.debug("connected", "peer", peer, "address", address);
    }

    @Override
    public void onClosed(PeerId peer, Multiaddr address, CloseCause cause, String reason) {
      LOG.debug("disconnected", "peer", peer, "address", address, "cause", cause, "reason", reason);
    }
  }
}

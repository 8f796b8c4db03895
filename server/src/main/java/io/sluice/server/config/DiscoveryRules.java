package io.sluice.server.config;

import io.sluice.routing.BootstrapSettings.Kind;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What must hold among the settings of discovery. */
final class DiscoveryRules {
  /** A segment or more of a libp2p protocol's name. */
  private static final Pattern PREFIX = Pattern.compile("(?:/[A-Za-z0-9._-]{1,64}+){1,8}+");

  /** A label's value in Kubernetes. */
  private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9._-]{0,63}+");

  private final Settings.Builder builder;
  private final Discovery discovery;

  private DiscoveryRules(Settings.Builder builder) {
    this.builder = builder;
    this.discovery = builder.discovery;
  }

  /**
   * Checks what a builder holds.
   *
   * @throws SettingsException for the first rule that is broken
   */
  static void check(Settings.Builder builder) {
    DiscoveryRules rules = new DiscoveryRules(builder);
    rules.checkStrays();
    rules.checkNames();
    if (rules.discovery.isOn()) {
      rules.checkKind();
      rules.checkPorts();
      rules.checkStaticPeers();
      rules.checkKey();
    }
  }

  /** What is said about another kind would be ignored, which nobody means. */
  private void checkStrays() {
    checkStray(Setting.STATIC_BOOTSTRAP_PEERS, !discovery.staticPeers().isEmpty(), Kind.STATIC);
    checkStray(Setting.DNS_BOOTSTRAP_DOMAIN, discovery.dnsDomain().isPresent(), Kind.DNS);
    checkStray(Setting.HTTP_BOOTSTRAP_PEER, discovery.httpPeer().isPresent(), Kind.HTTP);
    checkStray(Setting.HTTP_BOOTSTRAP_ADDR, discovery.httpAddr().isPresent(), Kind.HTTP);
    if (discovery.pskFile().isPresent() && !discovery.isOn()) {
      throw new SettingsException(
          spelled(Setting.PSK_FILE, discovery.pskFile().get())
              + ": there is no network to be private; add "
              + Setting.BOOTSTRAP_KIND.flag()
              + ", or drop it.");
    }
  }

  private void checkStray(Setting setting, boolean given, Kind kind) {
    if (given && discovery.kind() != kind) {
      throw new SettingsException(
          spelled(setting, "")
              + ": is for "
              + Setting.BOOTSTRAP_KIND.flag()
              + " "
              + kind.name().toLowerCase(Locale.ROOT)
              + "; choose that, or drop it.");
    }
  }

  private void checkNames() {
    if (!PREFIX.matcher(discovery.protocolPrefix()).matches()) {
      throw new SettingsException(
          spelled(Setting.PROTOCOL_PREFIX, discovery.protocolPrefix())
              + ": no name of a protocol begins so; write such as /spegel.");
    }
    if (!ZONE.matcher(discovery.zone()).matches()) {
      throw new SettingsException(
          spelled(Setting.ZONE, discovery.zone())
              + ": not a zone; write at most 63 letters, digits, dots, dashes or underscores.");
    }
  }

  private void checkKind() {
    boolean complete =
        switch (discovery.kind()) {
          case STATIC -> !discovery.staticPeers().isEmpty();
          case DNS -> discovery.dnsDomain().isPresent();
          case HTTP -> discovery.httpPeer().isPresent() || discovery.httpAddr().isPresent();
          case NONE -> true;
        };
    if (!complete) {
      Setting missing =
          switch (discovery.kind()) {
            case STATIC -> Setting.STATIC_BOOTSTRAP_PEERS;
            case DNS -> Setting.DNS_BOOTSTRAP_DOMAIN;
            default -> Setting.HTTP_BOOTSTRAP_PEER;
          };
      throw new SettingsException(
          spelled(Setting.BOOTSTRAP_KIND, discovery.kind().name().toLowerCase(Locale.ROOT))
              + ": does not say where; add "
              + missing.flag()
              + " "
              + missing.valueName()
              + ".");
    }
    if (discovery.staticPeers().size() > Limits.BOOTSTRAP_PEERS) {
      throw new SettingsException(
          Setting.STATIC_BOOTSTRAP_PEERS.flag()
              + ": "
              + discovery.staticPeers().size()
              + " peers are given and at most "
              + Limits.BOOTSTRAP_PEERS
              + " are tried; name fewer, they know the others.");
    }
  }

  /** Peers know this node's registry by its address and their own registry's port. */
  private void checkPorts() {
    for (Setting setting : List.of(Setting.REGISTRY_ADDR, Setting.ROUTER_ADDR)) {
      HostPort address =
          setting == Setting.REGISTRY_ADDR ? builder.registryAddr : builder.routerAddr;
      if (address.port() == 0) {
        throw new SettingsException(
            spelled(setting, address)
                + ": peers expect each other at the same port; choose one for all nodes.");
      }
    }
    discovery
        .httpAddr()
        .ifPresent(
            address -> {
              checkPort(address, Setting.REGISTRY_ADDR, builder.registryAddr);
              checkPort(address, Setting.ROUTER_ADDR, builder.routerAddr);
              checkPort(address, Setting.METRICS_ADDR, builder.metricsAddr);
            });
  }

  private void checkPort(HostPort address, Setting other, HostPort taken) {
    SettingsRules.checkPair(builder, other, taken, Setting.HTTP_BOOTSTRAP_ADDR, address);
  }

  private void checkStaticPeers() {
    if (!builder.staticPeers.isEmpty()) {
      throw new SettingsException(
          Setting.STATIC_PEERS.flag()
              + ": names all peers there are, while "
              + spelled(Setting.BOOTSTRAP_KIND, discovery.kind().name().toLowerCase(Locale.ROOT))
              + " finds them; drop one of the two.");
    }
  }

  private void checkKey() {
    if (discovery.pskFile().isPresent() && !Files.isReadable(discovery.pskFile().get())) {
      throw new SettingsException(
          spelled(Setting.PSK_FILE, discovery.pskFile().get())
              + ": cannot be read; name a readable file with the key that all nodes have.");
    }
  }

  private String spelled(Setting setting, Object value) {
    return SettingsRules.spelled(builder, setting, value).strip();
  }
}

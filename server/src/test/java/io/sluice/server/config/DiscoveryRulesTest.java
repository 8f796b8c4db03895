package io.sluice.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiscoveryRulesTest {
  private final Map<Setting, String> flags =
      new EnumMap<>(Map.of(Setting.STORE, "oci:/srv/images"));

  private DiscoveryRulesTest with(Setting setting, String value) {
    flags.put(setting, value);
    return this;
  }

  private Settings read() {
    return SettingsReader.read(flags, name -> null);
  }

  private String complaint() {
    return assertThrows(SettingsException.class, this::read).getMessage();
  }

  @Test
  void withoutAKindNobodyLooksForPeers() {
    assertFalse(read().discovery().isOn());
    assertFalse(read().asksPeers());
    assertEquals("/spegel", read().discovery().protocolPrefix());
  }

  @Test
  void everyKindNeedsToKnowWhere() {
    assertEquals(
        "--bootstrap-kind static: does not say where; add --static-bootstrap-peers ADDRESSES.",
        with(Setting.BOOTSTRAP_KIND, "static").complaint());
    assertEquals(
        "--bootstrap-kind dns: does not say where; add --dns-bootstrap-domain NAME.",
        with(Setting.BOOTSTRAP_KIND, "dns").complaint());
    assertEquals(
        "--bootstrap-kind http: does not say where; add --http-bootstrap-peer URL.",
        with(Setting.BOOTSTRAP_KIND, "http").complaint());
    with(Setting.HTTP_BOOTSTRAP_ADDR, ":5002");
    assertTrue(read().asksPeers());
  }

  @Test
  void whatIsForAnotherKindIsRefused() {
    assertEquals(
        "--dns-bootstrap-domain nodes.test: is for --bootstrap-kind dns; choose that, or drop it.",
        with(Setting.DNS_BOOTSTRAP_DOMAIN, "nodes.test").complaint());
  }

  @Test
  void aPrivateNetworkNeedsANetworkAndItsKey() {
    assertTrue(with(Setting.PSK_FILE, "pom.xml").complaint().contains("add --bootstrap-kind"));
    with(Setting.BOOTSTRAP_KIND, "static").with(Setting.STATIC_BOOTSTRAP_PEERS, "/ip4/10.0.0.2");
    read();
    assertTrue(with(Setting.PSK_FILE, "/nowhere/key").complaint().contains("cannot be read"));
  }

  @Test
  void staticPeersAreForNodesThatDoNotLook() {
    with(Setting.BOOTSTRAP_KIND, "dns").with(Setting.DNS_BOOTSTRAP_DOMAIN, "nodes.test");
    assertTrue(with(Setting.STATIC_PEERS, "10.0.0.2:5000").complaint().contains("drop one"));
  }

  @Test
  void portsAreTheSameOnAllNodes() {
    with(Setting.BOOTSTRAP_KIND, "dns").with(Setting.DNS_BOOTSTRAP_DOMAIN, "nodes.test");
    assertEquals(
        "--registry-addr :0: peers expect each other at the same port; choose one for all nodes.",
        with(Setting.REGISTRY_ADDR, ":0").complaint());
    with(Setting.REGISTRY_ADDR, ":5000").with(Setting.ROUTER_ADDR, ":0");
    assertTrue(complaint().startsWith("--router-addr :0: "));
  }

  @Test
  void tellingOthersTakesAPortOfItsOwn() {
    with(Setting.BOOTSTRAP_KIND, "http");
    for (String taken : new String[] {":5000", ":5001", ":9090"}) {
      assertTrue(with(Setting.HTTP_BOOTSTRAP_ADDR, taken).complaint().contains("is taken by"));
    }
  }

  @Test
  void namesAreBounded() {
    with(Setting.ZONE, "z".repeat(63));
    assertEquals(63, read().discovery().zone().length());
    assertTrue(with(Setting.ZONE, "z".repeat(64)).complaint().contains("at most 63"));
    with(Setting.ZONE, "z");
    for (String prefix : new String[] {"spegel", "/", "/a/", "/a b"}) {
      assertTrue(with(Setting.PROTOCOL_PREFIX, prefix).complaint().contains("write such as"));
    }
  }

  @Test
  void peersAreBounded() {
    with(Setting.BOOTSTRAP_KIND, "static");
    with(Setting.STATIC_BOOTSTRAP_PEERS, peers(Limits.BOOTSTRAP_PEERS));
    assertEquals(Limits.BOOTSTRAP_PEERS, read().discovery().staticPeers().size());
    with(Setting.STATIC_BOOTSTRAP_PEERS, peers(Limits.BOOTSTRAP_PEERS + 1));
    assertTrue(complaint().contains("at most 64 are tried"));
  }

  private static String peers(int count) {
    return String.join(",", Collections.nCopies(count, "/ip4/10.0.0.2"));
  }
}

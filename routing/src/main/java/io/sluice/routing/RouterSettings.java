package io.sluice.routing;

import io.sluice.routing.host.HostSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a router is made from.
 *
 * @param hostName which implementation of the host below is wanted, such as {@code libp2p}
 * @param host where it listens, who it is, whom it talks to
 * @param bootstrap how the first peers are found
 * @param protocolPrefix what the protocol's name begins with, such as {@code /spegel}
 * @param registryPort where the registries of all nodes of the cluster listen
 * @param zone which part of the cluster this node is in, to prefer peers there; empty when that
 *     does not matter
 * @param idleWait how long a lookup waits for peers that owe answers when nobody else is left
 * @param answerWait how long a lookup waits for a peer that has always answered so far
 * @param lookupTimeout how long a lookup takes at the most
 * @param log hears in words what an operator should know; any thread may call
 */
public record RouterSettings(
    String hostName,
    HostSettings host,
    BootstrapSettings bootstrap,
    String protocolPrefix,
    int registryPort,
    String zone,
    Duration idleWait,
    Duration answerWait,
    Duration lookupTimeout,
    Consumer<String> log) {
  /** Default of {@link #hostName}. */
  public static final String HOST_NAME = "libp2p";

  /** Default of {@link #protocolPrefix}: the network of Spegel. */
  public static final String PROTOCOL_PREFIX = "/spegel";

  /** Default of {@link #idleWait}, as long as Spegel waits. */
  public static final Duration IDLE_WAIT = Duration.ofMillis(20);

  /** Default of {@link #answerWait}. */
  public static final Duration ANSWER_WAIT = Duration.ofSeconds(2);

  /** Default of {@link #lookupTimeout}. */
  public static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(5);

  /** A router in the network of Spegel with the default time-outs and nobody to hear of it. */
  public static RouterSettings of(
      HostSettings host, BootstrapSettings bootstrap, int registryPort) {
    return new RouterSettings(
        HOST_NAME,
        host,
        bootstrap,
        PROTOCOL_PREFIX,
        registryPort,
        "",
        IDLE_WAIT,
        ANSWER_WAIT,
        LOOKUP_TIMEOUT,
        event -> {});
  }

  /**
   * The first port that is listened on, where peers are expected whose address names none; 0
   * without one.
   */
  public int listenPort() {
    List<InetSocketAddress> addresses = host.listenAddresses();
    return addresses.isEmpty() ? 0 : addresses.getFirst().getPort();
  }
}

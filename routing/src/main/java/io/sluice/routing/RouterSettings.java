package io.sluice.routing;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a router is made from.
 *
 * @param listen where peers connect to
 * @param dataDir where the node's identity is kept; null for a new one at each start
 * @param bootstrap how the first peers are found
 * @param protocolPrefix what the protocol's name begins with, such as {@code /spegel}
 * @param pskFile the key of a private network; null for a public one
 * @param registryPort where the registries of all nodes of the cluster listen
 * @param zone which part of the cluster this node is in, to prefer peers there; empty when that
 *     does not matter
 * @param idleWait how long a lookup waits for peers that owe answers when nobody else is left
 * @param answerWait how long a lookup waits for a peer that has always answered so far
 * @param lookupTimeout how long a lookup takes at the most
 * @param connectionsPerAddress peers that may connect from one IP address; 0 for the default
 * @param log hears in words what an operator should know; any thread may call
 */
public record RouterSettings(
    List<InetSocketAddress> listen,
    Path dataDir,
    BootstrapSettings bootstrap,
    String protocolPrefix,
    Path pskFile,
    int registryPort,
    String zone,
    Duration idleWait,
    Duration answerWait,
    Duration lookupTimeout,
    int connectionsPerAddress,
    Consumer<String> log) {
  /** Default of {@link #protocolPrefix}: the network of Spegel. */
  public static final String PROTOCOL_PREFIX = "/spegel";

  /** Default of {@link #idleWait}, as long as Spegel waits. */
  public static final Duration IDLE_WAIT = Duration.ofMillis(20);

  /** Default of {@link #answerWait}. */
  public static final Duration ANSWER_WAIT = Duration.ofSeconds(2);

  /** Default of {@link #lookupTimeout}. */
  public static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(5);

  /** Takes a copy of the addresses. */
  public RouterSettings {
    listen = List.copyOf(listen);
  }

  /** A router in the network of Spegel with the default time-outs and an identity of its own. */
  public static RouterSettings of(
      InetSocketAddress listen, BootstrapSettings bootstrap, int registryPort) {
    return new RouterSettings(
        List.of(listen),
        null,
        bootstrap,
        PROTOCOL_PREFIX,
        null,
        registryPort,
        "",
        IDLE_WAIT,
        ANSWER_WAIT,
        LOOKUP_TIMEOUT,
        0,
        event -> {});
  }
}

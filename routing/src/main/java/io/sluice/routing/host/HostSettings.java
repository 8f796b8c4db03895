package io.sluice.routing.host;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a host is made from.
 *
 * @param listen where it listens; an unspecified address is all of this machine's
 * @param dataDir where its identity is kept; null for a new identity at each start
 * @param pskFile the key of a private network; null for a public one
 * @param connectionsPerAddress inbound connections allowed from one IP address; 0 for the default
 * @param log hears in words what an operator should know; any thread may call
 */
public record HostSettings(
    List<InetSocketAddress> listen,
    Path dataDir,
    Path pskFile,
    int connectionsPerAddress,
    Consumer<String> log) {
  /** Takes a copy of the addresses. */
  public HostSettings {
    listen = List.copyOf(listen);
  }
}

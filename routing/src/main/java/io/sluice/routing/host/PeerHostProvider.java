package io.sluice.routing.host;

import java.io.IOException;

/**
 * Makes hosts: how another libp2p is plugged in below Kademlia. Found with {@link
 * java.util.ServiceLoader}.
 */
public interface PeerHostProvider {
  /** Name of the implementation, for the log and for choosing one. */
  String name();

  /**
   * A host that has not been started, with the thread it runs on.
   *
   * @throws IOException when it cannot be, in one sentence with the remedy
   */
  RunningHost open(HostSettings settings) throws IOException;

  /**
   * A host and its scheduler.
   *
   * @param host to be closed first
   * @param scheduler the host's thread and clock
   * @param stop ends the thread, from any other thread, when the host has been closed
   */
  record RunningHost(PeerHost host, Scheduler scheduler, Runnable stop) {}
}

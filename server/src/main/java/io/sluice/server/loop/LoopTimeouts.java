package io.sluice.server.loop;

import io.sluice.server.config.Limits;

/**
 * How long a loop waits for what.
 *
 * @param headerNs from the first byte of a request to the end of its head
 * @param idleNs for the next request of a connection
 * @param progressNs for a client to take any byte of a response
 * @param workNs for the disk or the control plane to say what the answer is
 * @param peerStallNs for a peer to send any byte of a body
 */
public record LoopTimeouts(
    long headerNs, long idleNs, long progressNs, long workNs, long peerStallNs) {

  /** The same with the usual patience for peers. */
  public LoopTimeouts(long headerNs, long idleNs, long progressNs, long workNs) {
    this(headerNs, idleNs, progressNs, workNs, Limits.PEER_STALL_NS);
  }
}

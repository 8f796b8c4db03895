package io.sluice.server.loop;

/**
 * How long a loop waits for what.
 *
 * @param headerNs from the first byte of a request to the end of its head
 * @param idleNs for the next request of a connection
 * @param progressNs for a client to take any byte of a response
 * @param workNs for the disk or the control plane to say what the answer is
 */
public record LoopTimeouts(long headerNs, long idleNs, long progressNs, long workNs) {}

package io.sluice.routing.host;

/** Why a connection has ended, as far as it can be counted; the details are in words. */
public enum CloseCause {
  /** The other end has closed it, or the network has. */
  ENDED,
  /** This node did not need it any more. */
  NOT_NEEDED,
  /** There is another connection to the same peer. */
  SECOND,
  /** This node ends. */
  SHUTDOWN,
  /** The peer did not speak the protocol. */
  MALFORMED,
  /** The peer is not who it claims or is expected to be, or bytes were tampered with. */
  NOT_AUTHENTIC,
  /** The peer went beyond a limit. */
  LIMIT,
  /** The peer took too long. */
  TIMEOUT,
  /** There were too many connections; counted without having existed. */
  REFUSED,
  /** An error of this node. */
  INTERNAL
}

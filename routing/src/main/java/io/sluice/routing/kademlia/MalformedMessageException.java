package io.sluice.routing.kademlia;

/** A peer has sent what is no message, or one beyond the limits. */
final class MalformedMessageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Without a stack trace: a peer decides how many of these there are. */
  MalformedMessageException(String message) {
    super(message, null, false, false);
  }
}

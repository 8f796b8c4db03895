package io.sluice.containerd;

import java.io.IOException;

/**
 * Why containerd gave no answer, in one sentence with the cause and, where there is one, a remedy.
 */
public final class ContainerdException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What a caller may want to tell apart. */
  public enum Kind {
    /** There is nothing at the socket's path. */
    NO_SOCKET,
    /** There is something at the path that is not a socket. */
    NOT_A_SOCKET,
    /** This process may not connect to the socket. */
    NO_PERMISSION,
    /** There is a socket and nobody listens on it. */
    REFUSED,
    /** Who listens does not speak HTTP/2, or not gRPC, or breaks its rules. */
    NOT_CONTAINERD,
    /** The namespace that was asked for does not exist. */
    NAMESPACE_NOT_FOUND,
    /** What was asked for does not exist. */
    NOT_FOUND,
    /** The time that the caller gave is up. */
    DEADLINE,
    /** The connection is lost, or is about to be; another one may do better. */
    UNAVAILABLE,
    /** A message or an element is larger than a limit of this client. */
    TOO_LARGE,
    /** This containerd does not have the service or the method. */
    UNIMPLEMENTED,
    /** The calling thread was interrupted. */
    INTERRUPTED,
    /** The listener of a subscription threw. */
    LISTENER,
    /** Containerd answered with another error. */
    FAILED
  }

  private final Kind kind;

  ContainerdException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  ContainerdException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What it was. */
  public Kind kind() {
    return kind;
  }

  /** Whether the same call on a new connection may go well, without anybody changing anything. */
  public boolean isRetriable() {
    return switch (kind) {
      case NO_SOCKET, REFUSED, UNAVAILABLE, DEADLINE -> true;
      default -> false;
    };
  }
}

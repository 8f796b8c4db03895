package io.sluice.server.metrics;

/**
 * Why a request or a connection was turned away before any route saw it, as a number that indexes
 * counters.
 */
public final class RejectReason {
  /** The request does not parse, smuggling attempts included. */
  public static final int MALFORMED = 0;

  /** The request line or the headers exceed their limit. */
  public static final int TOO_LARGE = 1;

  /** The request carries a body, or a method, that this server does not take. */
  public static final int UNSUPPORTED = 2;

  /** The headers were not complete within the header time-out. */
  public static final int HEADER_TIMEOUT = 3;

  /** More requests were pipelined than a connection may have. */
  public static final int PIPELINE_LIMIT = 4;

  /** No connection slot was free. */
  public static final int CONNECTION_LIMIT = 5;

  /** The node is stopping. */
  public static final int SHUTDOWN = 6;

  /** The request does not carry the credentials that are asked for. */
  public static final int UNAUTHORIZED = 7;

  private static final CounterLabels LABELS =
      new CounterLabels(
          "reason",
          "malformed",
          "too_large",
          "unsupported",
          "header_timeout",
          "pipeline_limit",
          "connection_limit",
          "shutdown",
          "unauthorized");

  /** How many reasons there are. */
  public static final int COUNT = LABELS.count();

  private RejectReason() {}

  static CounterLabels labels() {
    return LABELS;
  }
}

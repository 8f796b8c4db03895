package io.sluice.server.metrics;

/** Why a transfer ended before its last byte, as a number that indexes counters. */
public final class AbortReason {
  /** The client closed or reset the connection. */
  public static final int CLIENT_GONE = 0;

  /** The disk or the file system answered a read with an error. */
  public static final int READ_ERROR = 1;

  /** The file ended before the size that the response had promised, or vanished. */
  public static final int BLOB_SHRANK = 2;

  /** The client took less than the minimum progress within the time allowed. */
  public static final int SLOW_CLIENT = 3;

  /** The peer that the bytes were relayed from failed, and no other took over. */
  public static final int PEER_FAILED = 4;

  /** The node stopped and the bound for finishing transfers ran out. */
  public static final int SHUTDOWN = 5;

  private static final CounterLabels LABELS =
      new CounterLabels(
          "reason",
          "client_gone",
          "read_error",
          "blob_shrank",
          "slow_client",
          "peer_failed",
          "shutdown");

  /** How many reasons there are. */
  public static final int COUNT = LABELS.count();

  private AbortReason() {}

  static CounterLabels labels() {
    return LABELS;
  }
}

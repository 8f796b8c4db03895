package io.sluice.server.metrics;

/** Where bytes that were sent to a client came from, as a number that indexes counters. */
public final class ByteSource {
  /** Read from the disk for this transfer, past the page cache. */
  public static final int DISK = 0;

  /** Resident in the page cache before the transfer asked for them. */
  public static final int PAGE_CACHE = 1;

  /** Relayed from another node. */
  public static final int PEER = 2;

  /** Held in memory: manifests, small answers, blocks that another transfer had read. */
  public static final int MEMORY = 3;

  private static final CounterLabels LABELS =
      new CounterLabels("source", "disk", "page_cache", "peer", "memory");

  /** How many sources there are. */
  public static final int COUNT = LABELS.count();

  private ByteSource() {}

  static CounterLabels labels() {
    return LABELS;
  }
}
